#ifndef LAYERBERRY_CGPIO_KERNEL_H
#define LAYERBERRY_CGPIO_KERNEL_H

#include <stdint.h>

/* The kernel's interface, version 2 (linux/gpio.h, Linux 5.10), where the library does not reach. */

/* One request, EINTR aside. */
int cgpio_control(int descriptor, unsigned long request, void *argument);

/* Requests a line of an open chip; flags are GPIO_V2_LINE_FLAG_…, the value is for outputs. The descriptor of the line,
   or -1 with errno. */
int cgpio_request(int chip, unsigned offset, const char *consumer, uint64_t flags, int value);

#endif
