#define _GNU_SOURCE
#include "cshims.h"

#include <pthread.h>
#include <sys/eventfd.h>

int layerberry_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void layerberry_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
