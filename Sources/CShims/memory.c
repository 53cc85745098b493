#define _GNU_SOURCE
#include "cshims.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void layerberry_one_malloc_arena(void) { mallopt(M_ARENA_MAX, 1); }

void layerberry_return_large_blocks(void) {
  /* Setting either also stops glibc from raising both after the first large block. */
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

void layerberry_release_heap(void) { malloc_trim(0); }

/* Where constants begin and end that the linker put between what is written: Swift marks its own as writable. Release
   builds have it named (Scripts/lib/swift.sh); others keep them. */
extern const char layerberry_constants[] __attribute__((weak));
extern const char layerberry_constants_end[] __attribute__((weak));

static void release_pages(uintptr_t start, uintptr_t end) {
  if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
}

/* Code and constants, which nobody writes: they come back from the file, mostly by way of the page cache. */
static int release_code_of(struct dl_phdr_info *program, size_t size, void *context) {
  (void)size;
  const uintptr_t page = *(const uintptr_t *)context;
  for (int i = 0; i < program->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &program->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    const uintptr_t start = program->dlpi_addr + part->p_vaddr;
    release_pages(start & ~(page - 1), (start + part->p_memsz + page - 1) & ~(page - 1));
  }
  return 0;
}

void layerberry_release_code(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  dl_iterate_phdr(release_code_of, &page);
  /* Whole pages only: beside them lies what is written. */
  if (layerberry_constants && layerberry_constants_end)
    release_pages(((uintptr_t)layerberry_constants + page - 1) & ~(page - 1),
                  (uintptr_t)layerberry_constants_end & ~(page - 1));
}
