#include <gpiod.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES /* only version 1 has it */

#include "cgpio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct cgpio_chip {
  struct gpiod_chip *chip;
};

/* A line belongs to its chip in version 1: each line has a chip of its own, so that both end together. */
struct cgpio_line {
  struct gpiod_chip *chip;
  struct gpiod_line *line;
};

static void copy(char *target, const char *source) {
  strncpy(target, source ? source : "", CGPIO_NAME_SIZE - 1);
  target[CGPIO_NAME_SIZE - 1] = 0;
}

cgpio_chip *cgpio_open(const char *path) {
  struct gpiod_chip *opened = gpiod_chip_open(path);
  if (!opened) return NULL;
  cgpio_chip *chip = malloc(sizeof *chip);
  if (chip) chip->chip = opened;
  else gpiod_chip_close(opened);
  return chip;
}

void cgpio_close(cgpio_chip *chip) {
  gpiod_chip_close(chip->chip);
  free(chip);
}

int cgpio_identify(cgpio_chip *chip, char *name, char *label) {
  copy(name, gpiod_chip_name(chip->chip));
  copy(label, gpiod_chip_label(chip->chip));
  return (int)gpiod_chip_num_lines(chip->chip);
}

int cgpio_look(cgpio_chip *chip, unsigned offset, cgpio_line_info *info) {
  struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);
  if (!line || gpiod_line_update(line) < 0) return -1;
  copy(info->name, gpiod_line_name(line));
  copy(info->consumer, gpiod_line_consumer(line));
  info->is_used = gpiod_line_is_used(line);
  info->is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
  return 0;
}

static cgpio_line *request(cgpio_chip *chip, unsigned offset, const char *consumer, int type, int flags, int value) {
  char path[64] = "/dev/";
  strncat(path, gpiod_chip_name(chip->chip), sizeof path - 6);
  cgpio_line *line = calloc(1, sizeof *line);
  if (!line) return NULL;
  line->chip = gpiod_chip_open(path);
  line->line = line->chip ? gpiod_chip_get_line(line->chip, offset) : NULL;
  const struct gpiod_line_request_config config = {.consumer = consumer, .request_type = type, .flags = flags};
  if (line->line && gpiod_line_request(line->line, &config, value) == 0) return line;
  const int error = errno;
  if (line->chip) gpiod_chip_close(line->chip);
  free(line);
  errno = error;
  return NULL;
}

cgpio_line *cgpio_output(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, int value) {
  return request(chip, offset, consumer, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT,
                 is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0, value);
}

cgpio_line *cgpio_input(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, cgpio_bias bias) {
  int flags = is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  if (bias == CGPIO_BIAS_UP) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
  if (bias == CGPIO_BIAS_DOWN) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
  if (bias == CGPIO_BIAS_NONE) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
  cgpio_line *line = request(chip, offset, consumer, GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES, flags, 0);
  if (!line) return NULL;
  const int descriptor = gpiod_line_event_get_fd(line->line);
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  return line;
}

void cgpio_release(cgpio_line *line) {
  gpiod_line_release(line->line);
  gpiod_chip_close(line->chip);
  free(line);
}

int cgpio_set(cgpio_line *line, int value) { return gpiod_line_set_value(line->line, value); }

int cgpio_get(cgpio_line *line) { return gpiod_line_get_value(line->line); }

int cgpio_descriptor(cgpio_line *line) { return gpiod_line_event_get_fd(line->line); }

int cgpio_drain(cgpio_line *line) {
  struct gpiod_line_event events[16];
  int total = 0;
  while (1) {
    const int count = gpiod_line_event_read_multiple(line->line, events, 16);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? total : -1;
    total += count;
    if (count < 16) return total;
  }
}

#endif
