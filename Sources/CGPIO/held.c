#include "cgpio.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int cgpio_control(int descriptor, unsigned long request, void *argument) {
  int result;
  do result = ioctl(descriptor, request, argument);
  while (result < 0 && errno == EINTR);
  return result;
}

int cgpio_request(int chip, unsigned offset, const char *consumer, uint64_t flags, int value) {
  struct gpio_v2_line_request request;
  memset(&request, 0, sizeof request);
  request.offsets[0] = offset;
  request.num_lines = 1;
  strncpy(request.consumer, consumer, sizeof request.consumer - 1);
  request.config.flags = flags;
  if (flags & GPIO_V2_LINE_FLAG_OUTPUT) {
    request.config.num_attrs = 1;
    request.config.attrs[0].mask = 1;
    request.config.attrs[0].attr.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES;
    request.config.attrs[0].attr.values = value ? 1 : 0;
  }
  if (cgpio_control(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0) return -1;
  fcntl(request.fd, F_SETFD, FD_CLOEXEC);
  return request.fd;
}

int cgpio_hold(const char *path, unsigned offset, const char *consumer, int is_active_low, int value) {
  const int chip = open(path, O_RDWR | O_CLOEXEC);
  if (chip < 0) return -1;
  const uint64_t flags = GPIO_V2_LINE_FLAG_OUTPUT | (is_active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0);
  const int line = cgpio_request(chip, offset, consumer, flags, value);
  const int error = errno;
  close(chip);
  errno = error;
  return line;
}

int cgpio_held_set(int descriptor, int value) {
  struct gpio_v2_line_values values = {.bits = value ? 1 : 0, .mask = 1};
  return cgpio_control(descriptor, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);
}

int cgpio_held_get(int descriptor) {
  struct gpio_v2_line_values values = {.bits = 0, .mask = 1};
  if (cgpio_control(descriptor, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0) return -1;
  return (int)(values.bits & 1);
}
