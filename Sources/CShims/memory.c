#define _GNU_SOURCE
#include "cshims.h"

#include <malloc.h>

void layerberry_one_malloc_arena(void) { mallopt(M_ARENA_MAX, 1); }

void layerberry_return_large_blocks(void) {
  /* Setting either also stops glibc from raising both after the first large block. */
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

void layerberry_release_heap(void) { malloc_trim(0); }
