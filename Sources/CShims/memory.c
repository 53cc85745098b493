#define _GNU_SOURCE
#include "cshims.h"

#include <malloc.h>

void layerberry_one_malloc_arena(void) { mallopt(M_ARENA_MAX, 1); }

void layerberry_release_heap(void) { malloc_trim(0); }
