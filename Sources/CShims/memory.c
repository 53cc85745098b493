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

/* Code and constants, which nobody writes: they come back from the file, mostly by way of the page cache. */
static int release_code_of(struct dl_phdr_info *program, size_t size, void *context) {
  (void)size;
  (void)context;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < program->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &program->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W)) continue;
    const uintptr_t start = (program->dlpi_addr + part->p_vaddr) & ~(page - 1);
    const uintptr_t end = (program->dlpi_addr + part->p_vaddr + part->p_memsz + page - 1) & ~(page - 1);
    madvise((void *)start, end - start, MADV_DONTNEED);
  }
  /* The first is the program itself; the libraries are shared with others. */
  return 1;
}

void layerberry_release_code(void) { dl_iterate_phdr(release_code_of, NULL); }
