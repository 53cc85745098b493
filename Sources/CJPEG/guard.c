#include "guard.h"

#include <stdlib.h>
#include <string.h>

#include <jerror.h>

/* A progressive picture may repeat its scans for ever; no camera sends more than a dozen. */
enum { MOST_SCANS = 24 };
/* What libjpeg may hold for one picture; beyond it fails, as there is no backing store. */
enum { MOST_MEMORY = 32 << 20 };
/* The largest picture that may be made. */
enum { MOST_OUTPUT = 16 << 20 };
enum { FIRST_OUTPUT = 32 << 10 };

void jpeg_guard_fail(jpeg_guard *guard, layerberry_jpeg_result result) {
  guard->result = result;
  longjmp(guard->escape, 1);
}

static void escape(j_common_ptr info) {
  jpeg_guard *guard = (jpeg_guard *)info->err;
  switch (info->err->msg_code) {
  case JERR_OUT_OF_MEMORY: jpeg_guard_fail(guard, LAYERBERRY_JPEG_NO_MEMORY);
  case JERR_NO_BACKING_STORE:
  case JERR_IMAGE_TOO_BIG:
  case JERR_WIDTH_OVERFLOW: jpeg_guard_fail(guard, LAYERBERRY_JPEG_TOO_LARGE);
  default: jpeg_guard_fail(guard, LAYERBERRY_JPEG_BROKEN);
  }
}

static void heed_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  jpeg_guard *guard = (jpeg_guard *)info->err;
  switch (info->err->msg_code) {
  /* Padding and odd application data, with which the picture is whole. */
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_ADOBE_XFORM:
  case JWRN_JFIF_MAJOR: return;
  default: guard->is_damaged = 1;
  }
}

static void say_nothing(j_common_ptr info) { (void)info; }

static void watch_scans(j_common_ptr info) {
  if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > MOST_SCANS) {
    jpeg_guard_fail((jpeg_guard *)info->err, LAYERBERRY_JPEG_TOO_LARGE);
  }
}

void jpeg_guard_init(jpeg_guard *guard) {
  memset(guard, 0, sizeof *guard);
  jpeg_std_error(&guard->base);
  guard->base.error_exit = escape;
  guard->base.emit_message = heed_message;
  guard->base.output_message = say_nothing;
  guard->progress.progress_monitor = watch_scans;
}

void jpeg_guard_open(jpeg_guard *guard, j_decompress_ptr info, const uint8_t *bytes, size_t count,
                     layerberry_jpeg_limits limits) {
  jpeg_create_decompress(info);
  info->progress = &guard->progress;
  info->mem->max_memory_to_use = MOST_MEMORY;
  jpeg_mem_src(info, bytes, count);
  jpeg_read_header(info, TRUE);
  if (info->image_width > limits.side || info->image_height > limits.side ||
      (uint64_t)info->image_width * info->image_height > limits.pixels) {
    jpeg_guard_fail(guard, LAYERBERRY_JPEG_TOO_LARGE);
  }
}

static boolean grow(j_compress_ptr info) {
  jpeg_sink *sink = (jpeg_sink *)info->dest;
  size_t filled = sink->room;
  size_t room = filled ? filled * 2 : FIRST_OUTPUT;
  if (room > MOST_OUTPUT) jpeg_guard_fail((jpeg_guard *)info->err, LAYERBERRY_JPEG_TOO_LARGE);
  uint8_t *larger = realloc(sink->bytes, room);
  if (!larger) jpeg_guard_fail((jpeg_guard *)info->err, LAYERBERRY_JPEG_NO_MEMORY);
  sink->bytes = larger;
  sink->room = room;
  sink->base.next_output_byte = larger + filled;
  sink->base.free_in_buffer = room - filled;
  return TRUE;
}

static void begin(j_compress_ptr info) { grow(info); }

static void finish(j_compress_ptr info) {
  jpeg_sink *sink = (jpeg_sink *)info->dest;
  sink->count = sink->room - sink->base.free_in_buffer;
}

void jpeg_sink_attach(jpeg_sink *sink, j_compress_ptr info) {
  sink->base.init_destination = begin;
  sink->base.empty_output_buffer = grow;
  sink->base.term_destination = finish;
  info->dest = &sink->base;
}

void layerberry_jpeg_free(void *memory) { free(memory); }
