#ifndef CWEBASSETS_H
#define CWEBASSETS_H

#include <stddef.h>

/// A file of the page, in the program itself.
typedef struct {
  /// Its path below Sources/Web/Page, such as "js/app.js".
  const char *name;
  const unsigned char *bytes;
  size_t count;
  /// The bytes are packed with gzip; the name is that of the file within.
  int is_packed;
} layerberry_web_asset;

size_t layerberry_web_asset_count(void);

/// The asset with this number, from 0.
layerberry_web_asset layerberry_web_asset_at(size_t number);

#endif
