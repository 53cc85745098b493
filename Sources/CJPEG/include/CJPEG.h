#ifndef LAYERBERRY_CJPEG_H
#define LAYERBERRY_CJPEG_H

#include <stddef.h>
#include <stdint.h>

/* libjpeg behind setjmp: its errors come as return values, and nothing of it is left behind by one. */

typedef enum {
  LAYERBERRY_JPEG_OK = 0,
  /* It does not begin as a JPEG, or breaks off before its picture. */
  LAYERBERRY_JPEG_BROKEN = 1,
  /* More pixels than the caller allows; found before anything is decoded. */
  LAYERBERRY_JPEG_TOO_LARGE = 2,
  LAYERBERRY_JPEG_NO_MEMORY = 3,
} layerberry_jpeg_result;

/* Rows from the top, three bytes (red, green, blue) a pixel. */
typedef struct {
  unsigned width;
  unsigned height;
  uint8_t *pixels;
} layerberry_picture;

/* The size in pixels, from the header alone. */
layerberry_jpeg_result layerberry_jpeg_measure(const uint8_t *bytes, size_t count, unsigned *width, unsigned *height);

/* Decodes at full size (smallest_width 0), or at the smallest n/8 of it that is at least that wide. `is_damaged` tells
   that data was missing or wrong and a part of the picture was made up. Release `pixels` with layerberry_jpeg_free. */
layerberry_jpeg_result layerberry_jpeg_decode(const uint8_t *bytes, size_t count, uint64_t largest_pixel_count,
                                              unsigned smallest_width, layerberry_picture *picture, int *is_damaged);

/* Encodes with a quality of 1 to 100. Release `bytes` with layerberry_jpeg_free. */
layerberry_jpeg_result layerberry_jpeg_encode(const layerberry_picture *picture, int quality, uint8_t **bytes,
                                              size_t *count);

/* The three planes of a picture, rows from the top: luma, and both chromas at half the width and height. Width and
   height are even. */
typedef struct {
  unsigned width;
  unsigned height;
  const uint8_t *luma;
  const uint8_t *u;
  const uint8_t *v;
} layerberry_planes;

/* Encodes planes as they are, 4:2:0, with a comment. Release `bytes` with layerberry_jpeg_free. */
layerberry_jpeg_result layerberry_jpeg_encode_planes(const layerberry_planes *planes, int quality, const char *comment,
                                                     uint8_t **bytes, size_t *count);

void layerberry_jpeg_free(void *memory);

#endif
