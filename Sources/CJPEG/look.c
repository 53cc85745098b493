#include "guard.h"

#include <string.h>

typedef struct {
  jpeg_guard guard;
  struct jpeg_decompress_struct info;
  unsigned brightest;
} look;

static void prepare(look *job) {
  memset(job, 0, sizeof *job);
  jpeg_guard_init(&job->guard);
  job->info.err = &job->guard.base;
}

static layerberry_jpeg_result measure(look *job, const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits) {
  if (setjmp(job->guard.escape)) return job->guard.result;
  jpeg_guard_open(&job->guard, &job->info, bytes, count, limits);
  return LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_measure(const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                               unsigned *width, unsigned *height) {
  look job;
  prepare(&job);
  const layerberry_jpeg_result result = measure(&job, bytes, count, limits);
  if (result == LAYERBERRY_JPEG_OK) {
    *width = job.info.image_width;
    *height = job.info.image_height;
  }
  jpeg_destroy_decompress(&job.info);
  return result;
}

static layerberry_jpeg_result judge(look *job, const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits) {
  struct jpeg_decompress_struct *info = &job->info;
  if (setjmp(job->guard.escape)) return job->guard.result;
  jpeg_guard_open(&job->guard, info, bytes, count, limits);
  info->out_color_space = JCS_GRAYSCALE;
  info->scale_num = 1;
  info->scale_denom = 8;
  info->dct_method = JDCT_IFAST;
  jpeg_start_decompress(info);
  JSAMPARRAY rows = (*info->mem->alloc_sarray)((j_common_ptr)info, JPOOL_IMAGE, info->output_width, 1);
  while (info->output_scanline < info->output_height) {
    jpeg_read_scanlines(info, rows, 1);
    for (JDIMENSION x = 0; x < info->output_width; x++) {
      if (rows[0][x] > job->brightest) job->brightest = rows[0][x];
    }
  }
  jpeg_finish_decompress(info);
  return job->guard.is_damaged ? LAYERBERRY_JPEG_DAMAGED : LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_judge(const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                             unsigned *brightest) {
  look job;
  prepare(&job);
  const layerberry_jpeg_result result = judge(&job, bytes, count, limits);
  *brightest = job.brightest;
  jpeg_destroy_decompress(&job.info);
  return result;
}
