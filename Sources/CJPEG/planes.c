#include "guard.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  jpeg_guard guard;
  struct jpeg_compress_struct info;
  jpeg_sink sink;
  uint8_t *room;
} making;

/* The rows of one band of blocks. Beyond the last row it is repeated; a width that is no multiple of a block is copied
   to `room` and its last sample repeated. */
static void lay_out_rows(const uint8_t *plane, unsigned width, unsigned height, unsigned top, unsigned count,
                         unsigned padded, uint8_t *room, JSAMPROW *rows) {
  for (unsigned row = 0; row < count; row++) {
    const unsigned place = top + row < height ? top + row : height - 1;
    const uint8_t *source = plane + (size_t)place * width;
    if (padded == width) {
      rows[row] = (JSAMPROW)source;
      continue;
    }
    rows[row] = room + (size_t)row * padded;
    memcpy(rows[row], source, width);
    memset(rows[row] + width, source[width - 1], padded - width);
  }
}

static layerberry_jpeg_result encode(making *job, const layerberry_planes *planes, int quality, const char *comment) {
  j_compress_ptr info = &job->info;
  const unsigned padded = (planes->width + 15) / 16 * 16;
  if (setjmp(job->guard.escape)) return job->guard.result;
  job->room = malloc((size_t)padded * 24);
  if (!job->room) jpeg_guard_fail(&job->guard, LAYERBERRY_JPEG_NO_MEMORY);
  jpeg_create_compress(info);
  jpeg_sink_attach(&job->sink, info);
  info->image_width = planes->width;
  info->image_height = planes->height;
  info->input_components = 3;
  info->in_color_space = JCS_YCbCr;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, quality, TRUE);
  info->raw_data_in = TRUE;
  jpeg_start_compress(info, TRUE);
  jpeg_write_marker(info, JPEG_COM, (const JOCTET *)comment, (unsigned)strlen(comment));
  for (unsigned top = 0; top < planes->height; top += 16) {
    JSAMPROW luma[16], u[8], v[8];
    JSAMPARRAY all[3] = {luma, u, v};
    lay_out_rows(planes->luma, planes->width, planes->height, top, 16, padded, job->room, luma);
    lay_out_rows(planes->u, planes->width / 2, planes->height / 2, top / 2, 8, padded / 2, job->room + padded * 16, u);
    lay_out_rows(planes->v, planes->width / 2, planes->height / 2, top / 2, 8, padded / 2, job->room + padded * 20, v);
    jpeg_write_raw_data(info, all, 16);
  }
  jpeg_finish_compress(info);
  return LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_encode_planes(const layerberry_planes *planes, int quality, const char *comment,
                                                     uint8_t **bytes, size_t *count) {
  making job;
  memset(&job, 0, sizeof job);
  jpeg_guard_init(&job.guard);
  job.info.err = &job.guard.base;
  const layerberry_jpeg_result result = encode(&job, planes, quality, comment);
  jpeg_destroy_compress(&job.info);
  free(job.room);
  if (result != LAYERBERRY_JPEG_OK) {
    free(job.sink.bytes);
    return result;
  }
  *bytes = job.sink.bytes;
  *count = job.sink.count;
  return result;
}
