#define _GNU_SOURCE
#include "cshims.h"

#include <string.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>

int layerberry_clock_alarm(void) { return timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC); }

int layerberry_set_clock_alarm(int descriptor, int64_t milliseconds) {
  struct itimerspec alarm = {0};
  alarm.it_value.tv_sec = (time_t)(milliseconds / 1000);
  alarm.it_value.tv_nsec = (long)(milliseconds % 1000) * 1000000;
  return timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &alarm, NULL);
}

int layerberry_clock_is_kept(void) {
  struct timex state;
  memset(&state, 0, sizeof state);
  if (adjtimex(&state) < 0) return -1;
  return (state.status & STA_UNSYNC) == 0;
}
