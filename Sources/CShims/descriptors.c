#define _GNU_SOURCE
#include "cshims.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

int layerberry_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int layerberry_pipe(int ends[2], int is_blocking) { return pipe2(ends, O_CLOEXEC | (is_blocking ? 0 : O_NONBLOCK)); }
