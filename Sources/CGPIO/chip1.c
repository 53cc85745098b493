#include <gpiod.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES /* only version 1 has it */

#include "cgpio.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Version 1 of the library speaks version 1 of the kernel's interface, which newer kernels of Debian are built without
   (CONFIG_GPIO_CDEV_V1): every request would fail there. So the library finds chips, and lines are the kernel's own,
   by version 2 of its interface, which all kernels since 5.10 have. */
struct cgpio_chip {
  struct gpiod_chip *chip;
  int descriptor;
};

struct cgpio_line {
  int descriptor;
};

static void copy(char *target, const char *source) {
  strncpy(target, source ? source : "", CGPIO_NAME_SIZE - 1);
  target[CGPIO_NAME_SIZE - 1] = 0;
}

cgpio_chip *cgpio_open(const char *path) {
  cgpio_chip *chip = calloc(1, sizeof *chip);
  if (!chip) return NULL;
  chip->descriptor = open(path, O_RDWR | O_CLOEXEC);
  chip->chip = chip->descriptor < 0 ? NULL : gpiod_chip_open(path);
  if (chip->chip) return chip;
  const int error = errno;
  if (chip->descriptor >= 0) close(chip->descriptor);
  free(chip);
  errno = error;
  return NULL;
}

void cgpio_close(cgpio_chip *chip) {
  gpiod_chip_close(chip->chip);
  close(chip->descriptor);
  free(chip);
}

int cgpio_identify(cgpio_chip *chip, char *name, char *label) {
  copy(name, gpiod_chip_name(chip->chip));
  copy(label, gpiod_chip_label(chip->chip));
  return (int)gpiod_chip_num_lines(chip->chip);
}

int cgpio_look(cgpio_chip *chip, unsigned offset, cgpio_line_info *info) {
  struct gpio_v2_line_info line;
  memset(&line, 0, sizeof line);
  line.offset = offset;
  if (cgpio_control(chip->descriptor, GPIO_V2_GET_LINEINFO_IOCTL, &line) < 0) return -1;
  copy(info->name, line.name);
  copy(info->consumer, line.consumer);
  info->is_used = (line.flags & GPIO_V2_LINE_FLAG_USED) != 0;
  info->is_output = (line.flags & GPIO_V2_LINE_FLAG_OUTPUT) != 0;
  return 0;
}

static cgpio_line *request(cgpio_chip *chip, unsigned offset, const char *consumer, uint64_t flags, int value) {
  cgpio_line *line = calloc(1, sizeof *line);
  if (!line) return NULL;
  line->descriptor = cgpio_request(chip->descriptor, offset, consumer, flags, value);
  if (line->descriptor >= 0) return line;
  const int error = errno;
  free(line);
  errno = error;
  return NULL;
}

cgpio_line *cgpio_output(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, int value) {
  return request(chip, offset, consumer,
                 GPIO_V2_LINE_FLAG_OUTPUT | (is_active_low ? GPIO_V2_LINE_FLAG_ACTIVE_LOW : 0), value);
}

cgpio_line *cgpio_input(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, cgpio_bias bias) {
  uint64_t flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
  if (is_active_low) flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  if (bias == CGPIO_BIAS_UP) flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
  if (bias == CGPIO_BIAS_DOWN) flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  if (bias == CGPIO_BIAS_NONE) flags |= GPIO_V2_LINE_FLAG_BIAS_DISABLED;
  cgpio_line *line = request(chip, offset, consumer, flags, 0);
  if (line) fcntl(line->descriptor, F_SETFL, fcntl(line->descriptor, F_GETFL) | O_NONBLOCK);
  return line;
}

void cgpio_release(cgpio_line *line) {
  close(line->descriptor);
  free(line);
}

int cgpio_set(cgpio_line *line, int value) { return cgpio_held_set(line->descriptor, value); }

int cgpio_get(cgpio_line *line) { return cgpio_held_get(line->descriptor); }

int cgpio_descriptor(cgpio_line *line) { return line->descriptor; }

int cgpio_drain(cgpio_line *line) {
  struct gpio_v2_line_event events[16];
  int total = 0;
  while (1) {
    const ssize_t count = read(line->descriptor, events, sizeof events);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? total : -1;
    total += (int)(count / (ssize_t)sizeof events[0]);
    if ((size_t)count < sizeof events) return total;
  }
}

#endif
