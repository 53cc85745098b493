// The files of list.h become part of the program: the assembler copies them, which takes no time, where an array literal
// of the same bytes takes the compiler a minute. Files are found by the header search paths of the target.
#include "cwebassets.h"

#define EMBED(symbol, file)                              \
  __asm__(".section .rodata.layerberry_web,\"a\"\n"      \
          ".hidden layerberry_web_" #symbol "\n"         \
          ".globl layerberry_web_" #symbol "\n"          \
          "layerberry_web_" #symbol ":\n"                \
          ".incbin \"" file "\"\n"                       \
          ".hidden layerberry_web_end_" #symbol "\n"     \
          ".globl layerberry_web_end_" #symbol "\n"      \
          "layerberry_web_end_" #symbol ":\n"            \
          ".byte 0\n"                                    \
          ".previous\n");                                \
  extern const unsigned char layerberry_web_##symbol[];  \
  extern const unsigned char layerberry_web_end_##symbol[];

#define PLAIN(symbol, name) EMBED(symbol, name)
#define PACKED(symbol, name, file) EMBED(symbol, file)
#include "list.h"
#undef PLAIN
#undef PACKED

#define ROW(symbol, name, is_packed)                                                          \
  if (number == index++) {                                                                    \
    return (layerberry_web_asset){name, layerberry_web_##symbol,                              \
                                  layerberry_web_end_##symbol - layerberry_web_##symbol, is_packed}; \
  }
#define PLAIN(symbol, name) ROW(symbol, name, 0)
#define PACKED(symbol, name, file) ROW(symbol, name, 1)

layerberry_web_asset layerberry_web_asset_at(size_t number) {
  size_t index = 0;
#include "list.h"
  return (layerberry_web_asset){"", (const unsigned char *)"", 0, 0};
}
#undef PLAIN
#undef PACKED

#define PLAIN(symbol, name) +1
#define PACKED(symbol, name, file) +1

size_t layerberry_web_asset_count(void) {
  return 0
#include "list.h"
      ;
}
