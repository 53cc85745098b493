#include "guard.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  jpeg_guard guard;
  struct jpeg_decompress_struct from;
  struct jpeg_compress_struct to;
  jpeg_sink sink;
  /* One row of the decoded picture, and of the one that is made. */
  uint8_t *source;
  uint8_t *target;
  /* A decoded row brought to the new width, and rows summed up by how much of each belongs to the new one. */
  uint32_t *narrow;
  uint64_t *sums;
} making;

static void prepare(making *job) {
  memset(job, 0, sizeof *job);
  jpeg_guard_init(&job->guard);
  job->from.err = &job->guard.base;
  job->to.err = &job->guard.base;
}

static layerberry_jpeg_result conclude(making *job, layerberry_jpeg_result result, layerberry_jpeg_data *made) {
  jpeg_destroy_decompress(&job->from);
  jpeg_destroy_compress(&job->to);
  free(job->source);
  free(job->target);
  free(job->narrow);
  free(job->sums);
  if (result == LAYERBERRY_JPEG_OK) {
    made->bytes = job->sink.bytes;
    made->count = job->sink.count;
  } else {
    free(job->sink.bytes);
  }
  return result;
}

static void begin(making *job, unsigned width, unsigned height, J_COLOR_SPACE space, int components, int quality) {
  jpeg_create_compress(&job->to);
  jpeg_sink_attach(&job->sink, &job->to);
  job->to.image_width = width;
  job->to.image_height = height;
  job->to.input_components = components;
  job->to.in_color_space = space;
  jpeg_set_defaults(&job->to);
  jpeg_set_quality(&job->to, quality, TRUE);
  jpeg_start_compress(&job->to, TRUE);
}

/* Each pixel of the new row is the mean of what it covers: a pixel of the decoded row is `to` units wide, one of the new
   row `from` units, so that every share is a whole number. */
static void narrow_row(making *job, unsigned from, unsigned to, int components) {
  const uint8_t *pixel = job->source;
  unsigned left = to;
  for (unsigned x = 0; x < to; x++) {
    uint32_t sum[3] = {0, 0, 0};
    unsigned need = from;
    while (need > 0) {
      const unsigned share = left < need ? left : need;
      for (int c = 0; c < components; c++) sum[c] += share * pixel[c];
      need -= share;
      left -= share;
      if (left == 0) {
        left = to;
        pixel += components;
      }
    }
    for (int c = 0; c < components; c++) job->narrow[x * components + c] = sum[c];
  }
}

/* Only shades of grey and the two ways of colour that cameras use; both sides speak the same, so that nothing is
   converted in between. */
static J_COLOR_SPACE space_of(making *job) {
  switch (job->from.jpeg_color_space) {
  case JCS_GRAYSCALE:
  case JCS_YCbCr:
  case JCS_RGB: return job->from.jpeg_color_space;
  default: jpeg_guard_fail(&job->guard, LAYERBERRY_JPEG_BROKEN);
  }
}

static layerberry_jpeg_result resize(making *job, const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                     unsigned width, int quality, int scales_decoding) {
  struct jpeg_decompress_struct *from = &job->from;
  if (setjmp(job->guard.escape)) return job->guard.result;
  jpeg_guard_open(&job->guard, from, bytes, count, limits);
  const unsigned own = from->image_width;
  if (width == 0 || width > own) width = own;
  const uint64_t scaled = ((uint64_t)from->image_height * width + own / 2) / own;
  const unsigned height = scaled > 0 ? (unsigned)scaled : 1;

  from->out_color_space = space_of(job);
  from->scale_num = 8;
  from->scale_denom = 8;
  for (unsigned eighths = 1; scales_decoding && eighths < 8; eighths++) {
    if ((uint64_t)own * eighths / 8 < width || (uint64_t)from->image_height * eighths / 8 < height) continue;
    from->scale_num = eighths;
    break;
  }
  jpeg_start_decompress(from);
  const int components = from->output_components;
  const unsigned columns = from->output_width, rows = from->output_height;

  const size_t samples = (size_t)width * (size_t)components;
  job->source = malloc((size_t)columns * (size_t)components);
  job->target = malloc(samples);
  job->narrow = malloc(samples * sizeof *job->narrow);
  job->sums = calloc(samples, sizeof *job->sums);
  if (!job->source || !job->target || !job->narrow || !job->sums) {
    jpeg_guard_fail(&job->guard, LAYERBERRY_JPEG_NO_MEMORY);
  }
  begin(job, width, height, from->out_color_space, components, quality);

  /* As in narrow_row, downwards: a decoded row is `height` units high, a new one `rows` units. */
  const uint64_t whole = (uint64_t)columns * rows;
  unsigned left = 0;
  for (unsigned y = 0; y < height; y++) {
    unsigned need = rows;
    while (need > 0) {
      if (left == 0) {
        JSAMPROW row = job->source;
        jpeg_read_scanlines(from, &row, 1);
        narrow_row(job, columns, width, components);
        left = height;
      }
      const unsigned share = left < need ? left : need;
      for (size_t i = 0; i < samples; i++) job->sums[i] += (uint64_t)share * job->narrow[i];
      need -= share;
      left -= share;
    }
    for (size_t i = 0; i < samples; i++) {
      job->target[i] = (uint8_t)((job->sums[i] + whole / 2) / whole);
      job->sums[i] = 0;
    }
    JSAMPROW row = job->target;
    jpeg_write_scanlines(&job->to, &row, 1);
  }
  jpeg_finish_compress(&job->to);
  jpeg_finish_decompress(from);
  return job->guard.is_damaged ? LAYERBERRY_JPEG_DAMAGED : LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_resize(const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                              unsigned width, int quality, int scales_decoding,
                                              layerberry_jpeg_data *made) {
  making job;
  prepare(&job);
  return conclude(&job, resize(&job, bytes, count, limits, width, quality, scales_decoding), made);
}

static layerberry_jpeg_result draw(making *job, unsigned width, unsigned height, int quality, layerberry_jpeg_row fill,
                                   void *context) {
  if (setjmp(job->guard.escape)) return job->guard.result;
  job->target = malloc(width);
  if (!job->target) jpeg_guard_fail(&job->guard, LAYERBERRY_JPEG_NO_MEMORY);
  begin(job, width, height, JCS_GRAYSCALE, 1, quality);
  while (job->to.next_scanline < height) {
    fill(context, job->to.next_scanline, job->target);
    JSAMPROW row = job->target;
    jpeg_write_scanlines(&job->to, &row, 1);
  }
  jpeg_finish_compress(&job->to);
  return LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_draw(unsigned width, unsigned height, int quality, layerberry_jpeg_row fill,
                                            void *context, layerberry_jpeg_data *made) {
  making job;
  prepare(&job);
  return conclude(&job, draw(&job, width, height, quality, fill, context), made);
}
