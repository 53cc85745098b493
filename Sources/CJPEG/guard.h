#ifndef LAYERBERRY_CJPEG_GUARD_H
#define LAYERBERRY_CJPEG_GUARD_H

#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

/* libjpeg's errors, and what a hostile picture may cost. Each job lives in the frame above the one that calls setjmp, so
   that what it holds is known after a jump. */
typedef struct {
  struct jpeg_error_mgr base;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  layerberry_jpeg_result result;
  int is_damaged;
} jpeg_guard;

void jpeg_guard_init(jpeg_guard *guard);

/* Ends the job with this result; never returns. */
void jpeg_guard_fail(jpeg_guard *guard, layerberry_jpeg_result result) __attribute__((noreturn));

/* After `info->err` is set: reads the header and holds it against the limits. */
void jpeg_guard_open(jpeg_guard *guard, j_decompress_ptr info, const uint8_t *bytes, size_t count,
                     layerberry_jpeg_limits limits);

/* A destination that grows in memory of its own, which the job frees whatever happens. */
typedef struct {
  struct jpeg_destination_mgr base;
  uint8_t *bytes;
  size_t room;
  size_t count;
} jpeg_sink;

void jpeg_sink_attach(jpeg_sink *sink, j_compress_ptr info);

#endif
