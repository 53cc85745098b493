#define _GNU_SOURCE
#include "cshims.h"

#include <fcntl.h>

void layerberry_start_writeback(int descriptor, int64_t offset, int64_t count) {
  sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
