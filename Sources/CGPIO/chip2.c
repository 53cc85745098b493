#include <gpiod.h>

#ifndef GPIOD_LINE_BULK_MAX_LINES /* version 1 has it */

#include "cgpio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct cgpio_chip {
  struct gpiod_chip *chip;
};

struct cgpio_line {
  struct gpiod_line_request *request;
  struct gpiod_edge_event_buffer *events;
  unsigned offset;
};

enum { EVENTS = 16 };

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
  struct gpiod_chip_info *info = gpiod_chip_get_info(chip->chip);
  if (!info) return -1;
  copy(name, gpiod_chip_info_get_name(info));
  copy(label, gpiod_chip_info_get_label(info));
  const int lines = (int)gpiod_chip_info_get_num_lines(info);
  gpiod_chip_info_free(info);
  return lines;
}

int cgpio_look(cgpio_chip *chip, unsigned offset, cgpio_line_info *info) {
  struct gpiod_line_info *line = gpiod_chip_get_line_info(chip->chip, offset);
  if (!line) return -1;
  copy(info->name, gpiod_line_info_get_name(line));
  copy(info->consumer, gpiod_line_info_get_consumer(line));
  info->is_used = gpiod_line_info_is_used(line);
  info->is_output = gpiod_line_info_get_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
  gpiod_line_info_free(line);
  return 0;
}

/* Takes the settings, also where it fails. */
static cgpio_line *request(cgpio_chip *chip, unsigned offset, const char *consumer,
                           struct gpiod_line_settings *settings) {
  struct gpiod_line_config *lines = gpiod_line_config_new();
  struct gpiod_request_config *config = gpiod_request_config_new();
  cgpio_line *line = calloc(1, sizeof *line);
  if (line && lines && config && gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
    gpiod_request_config_set_consumer(config, consumer);
    line->offset = offset;
    line->request = gpiod_chip_request_lines(chip->chip, config, lines);
  }
  const int error = errno;
  if (line && !line->request) {
    free(line);
    line = NULL;
  }
  if (config) gpiod_request_config_free(config);
  if (lines) gpiod_line_config_free(lines);
  gpiod_line_settings_free(settings);
  errno = error;
  return line;
}

cgpio_line *cgpio_output(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, int value) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (!settings) return NULL;
  gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
  gpiod_line_settings_set_active_low(settings, is_active_low);
  gpiod_line_settings_set_output_value(settings, value ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
  return request(chip, offset, consumer, settings);
}

cgpio_line *cgpio_input(cgpio_chip *chip, unsigned offset, const char *consumer, int is_active_low, cgpio_bias bias) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  if (!settings) return NULL;
  gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
  gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
  gpiod_line_settings_set_active_low(settings, is_active_low);
  if (bias == CGPIO_BIAS_UP) gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_PULL_UP);
  if (bias == CGPIO_BIAS_DOWN) gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_PULL_DOWN);
  if (bias == CGPIO_BIAS_NONE) gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_DISABLED);
  cgpio_line *line = request(chip, offset, consumer, settings);
  if (!line) return NULL;
  line->events = gpiod_edge_event_buffer_new(EVENTS);
  if (!line->events) {
    const int error = errno;
    cgpio_release(line);
    errno = error;
    return NULL;
  }
  const int descriptor = gpiod_line_request_get_fd(line->request);
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  return line;
}

void cgpio_release(cgpio_line *line) {
  if (line->events) gpiod_edge_event_buffer_free(line->events);
  gpiod_line_request_release(line->request);
  free(line);
}

int cgpio_set(cgpio_line *line, int value) {
  return gpiod_line_request_set_value(line->request, line->offset,
                                      value ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

int cgpio_get(cgpio_line *line) { return gpiod_line_request_get_value(line->request, line->offset); }

int cgpio_descriptor(cgpio_line *line) { return gpiod_line_request_get_fd(line->request); }

int cgpio_drain(cgpio_line *line) {
  int total = 0;
  while (1) {
    const int count = gpiod_line_request_read_edge_events(line->request, line->events, EVENTS);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? total : -1;
    total += count;
    if (count < EVENTS) return total;
  }
}

#endif
