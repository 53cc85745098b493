#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

/* A progressive picture may repeat its scans for ever; no camera sends more than a dozen. */
enum { MOST_SCANS = 64 };
/* What libjpeg may hold for one picture; beyond it fails, as there is no backing store. */
enum { MOST_MEMORY = 64 << 20 };

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
} error_manager;

static void escape(j_common_ptr info) {
  error_manager *errors = (error_manager *)info->err;
  longjmp(errors->escape, 1);
}

static void say_nothing(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *prepare(error_manager *errors) {
  jpeg_std_error(&errors->base);
  errors->base.error_exit = escape;
  errors->base.output_message = say_nothing;
  return &errors->base;
}

static void watch_scans(j_common_ptr info) {
  if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > MOST_SCANS) escape(info);
}

layerberry_jpeg_result layerberry_jpeg_measure(const uint8_t *bytes, size_t count, unsigned *width, unsigned *height) {
  struct jpeg_decompress_struct info;
  error_manager errors;
  info.err = prepare(&errors);
  if (setjmp(errors.escape)) {
    jpeg_destroy_decompress(&info);
    return LAYERBERRY_JPEG_BROKEN;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, (unsigned char *)bytes, count);
  jpeg_read_header(&info, TRUE);
  *width = info.image_width;
  *height = info.image_height;
  jpeg_destroy_decompress(&info);
  return LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_decode(const uint8_t *bytes, size_t count, uint64_t largest_pixel_count,
                                              unsigned smallest_width, layerberry_picture *picture, int *is_damaged) {
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress = {.progress_monitor = watch_scans};
  error_manager errors;
  /* Volatile: set between setjmp and longjmp, and read after it. */
  uint8_t *volatile pixels = NULL;
  info.err = prepare(&errors);
  if (setjmp(errors.escape)) {
    jpeg_destroy_decompress(&info);
    free(pixels);
    return LAYERBERRY_JPEG_BROKEN;
  }
  jpeg_create_decompress(&info);
  info.progress = &progress;
  info.mem->max_memory_to_use = MOST_MEMORY;
  jpeg_mem_src(&info, (unsigned char *)bytes, count);
  jpeg_read_header(&info, TRUE);
  if ((uint64_t)info.image_width * info.image_height > largest_pixel_count) {
    jpeg_destroy_decompress(&info);
    return LAYERBERRY_JPEG_TOO_LARGE;
  }
  info.out_color_space = JCS_RGB;
  info.scale_num = 8;
  info.scale_denom = 8;
  if (smallest_width > 0) {
    for (unsigned eighths = 1; eighths < 8; eighths++) {
      if ((uint64_t)info.image_width * eighths / 8 >= smallest_width) {
        info.scale_num = eighths;
        break;
      }
    }
  }
  jpeg_start_decompress(&info);
  const size_t row_size = (size_t)info.output_width * 3;
  pixels = malloc(row_size * info.output_height);
  if (!pixels) {
    jpeg_destroy_decompress(&info);
    return LAYERBERRY_JPEG_NO_MEMORY;
  }
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = pixels + row_size * info.output_scanline;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  picture->width = info.output_width;
  picture->height = info.output_height;
  picture->pixels = pixels;
  *is_damaged = info.err->num_warnings > 0;
  jpeg_destroy_decompress(&info);
  return LAYERBERRY_JPEG_OK;
}

layerberry_jpeg_result layerberry_jpeg_encode(const layerberry_picture *picture, int quality, uint8_t **bytes,
                                              size_t *count) {
  struct jpeg_compress_struct info;
  error_manager errors;
  unsigned char *memory = NULL;
  unsigned long size = 0;
  info.err = prepare(&errors);
  if (setjmp(errors.escape)) {
    jpeg_destroy_compress(&info);
    return LAYERBERRY_JPEG_NO_MEMORY;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = picture->width;
  info.image_height = picture->height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = picture->pixels + (size_t)picture->width * 3 * info.next_scanline;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *bytes = memory;
  *count = size;
  return LAYERBERRY_JPEG_OK;
}

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

layerberry_jpeg_result layerberry_jpeg_encode_planes(const layerberry_planes *planes, int quality, const char *comment,
                                                     uint8_t **bytes, size_t *count) {
  struct jpeg_compress_struct info;
  error_manager errors;
  unsigned char *memory = NULL;
  unsigned long size = 0;
  const unsigned padded = (planes->width + 15) / 16 * 16;
  uint8_t *const room = malloc((size_t)padded * 24);
  if (!room) return LAYERBERRY_JPEG_NO_MEMORY;
  info.err = prepare(&errors);
  if (setjmp(errors.escape)) {
    jpeg_destroy_compress(&info);
    free(room);
    return LAYERBERRY_JPEG_NO_MEMORY;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &memory, &size);
  info.image_width = planes->width;
  info.image_height = planes->height;
  info.input_components = 3;
  info.in_color_space = JCS_YCbCr;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.raw_data_in = TRUE;
  jpeg_start_compress(&info, TRUE);
  jpeg_write_marker(&info, JPEG_COM, (const JOCTET *)comment, (unsigned)strlen(comment));
  for (unsigned top = 0; top < planes->height; top += 16) {
    JSAMPROW luma[16], u[8], v[8];
    JSAMPARRAY all[3] = {luma, u, v};
    lay_out_rows(planes->luma, planes->width, planes->height, top, 16, padded, room, luma);
    lay_out_rows(planes->u, planes->width / 2, planes->height / 2, top / 2, 8, padded / 2, room + padded * 16, u);
    lay_out_rows(planes->v, planes->width / 2, planes->height / 2, top / 2, 8, padded / 2, room + padded * 20, v);
    jpeg_write_raw_data(&info, all, 16);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  free(room);
  *bytes = memory;
  *count = size;
  return LAYERBERRY_JPEG_OK;
}

void layerberry_jpeg_free(void *memory) { free(memory); }
