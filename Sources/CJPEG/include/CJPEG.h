#ifndef LAYERBERRY_CJPEG_H
#define LAYERBERRY_CJPEG_H

#include <stddef.h>
#include <stdint.h>

/* libjpeg behind setjmp: its errors come as return values, and nothing of it is left behind by one. No call holds more
   than a few rows of a picture, but for progressive ones: those are held whole, within 32 MB, or refused. */

typedef enum {
  LAYERBERRY_JPEG_OK = 0,
  /* It does not begin as a JPEG, breaks off before its picture, or is of a kind that no camera sends (CMYK). */
  LAYERBERRY_JPEG_BROKEN = 1,
  /* Data is missing or wrong: a part of the picture would be made up. */
  LAYERBERRY_JPEG_DAMAGED = 2,
  /* More pixels, scans or memory than allowed; told before anything is decoded, or as soon as it shows. */
  LAYERBERRY_JPEG_TOO_LARGE = 3,
  LAYERBERRY_JPEG_NO_MEMORY = 4,
} layerberry_jpeg_result;

typedef struct {
  /* The longest side in pixels. */
  unsigned side;
  uint64_t pixels;
} layerberry_jpeg_limits;

/* Release `bytes` with layerberry_jpeg_free. */
typedef struct {
  uint8_t *bytes;
  size_t count;
} layerberry_jpeg_data;

/* The size in pixels, from the header alone. */
layerberry_jpeg_result layerberry_jpeg_measure(const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                               unsigned *width, unsigned *height);

/* Decodes all of it at an eighth of its size. `brightest` is the largest luminance, 0 to 255. */
layerberry_jpeg_result layerberry_jpeg_judge(const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                             unsigned *brightest);

/* Makes it `width` wide (at most its own width; 0 keeps it) with a quality of 1 to 100, row by row.
   Without `scales_decoding` each pixel is decoded: slower, for comparison. */
layerberry_jpeg_result layerberry_jpeg_resize(const uint8_t *bytes, size_t count, layerberry_jpeg_limits limits,
                                              unsigned width, int quality, int scales_decoding,
                                              layerberry_jpeg_data *made);

/* Encodes a grey picture, asking for each row from the top: one byte a pixel, 0 black to 255 white. */
typedef void (*layerberry_jpeg_row)(void *context, unsigned y, uint8_t *row);
layerberry_jpeg_result layerberry_jpeg_draw(unsigned width, unsigned height, int quality, layerberry_jpeg_row fill,
                                            void *context, layerberry_jpeg_data *made);

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
