#include "cshims.h"

#include <string.h>
#include <sys/timex.h>

int layerberry_clock_is_kept(void) {
  struct timex state;
  memset(&state, 0, sizeof state);
  if (adjtimex(&state) < 0) return -1;
  return (state.status & STA_UNSYNC) == 0;
}
