#ifndef LAYERBERRY_ALLOCATION_COUNT_H
#define LAYERBERRY_ALLOCATION_COUNT_H

/* Linked into a program, it counts what a thread allocates. */

/* From now on the calling thread's allocations are counted, from 0. */
void layerberry_count_allocations(void);

/* How many there were since. */
unsigned long layerberry_allocations(void);

#endif
