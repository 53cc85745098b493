#define _GNU_SOURCE
#include "cshims.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { VIDEO_MAJOR = 81 };

static int control(int descriptor, unsigned long request, void *argument) {
  int result;
  do result = ioctl(descriptor, request, argument);
  while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : 0;
}

/* What the device offers of the two formats that we take: compressed first. 0 where it offers neither. */
static uint32_t best_format(int descriptor) {
  uint32_t best = 0;
  for (unsigned index = 0; index < 64; index++) {
    struct v4l2_fmtdesc offer = {.index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    if (control(descriptor, VIDIOC_ENUM_FMT, &offer) != 0) break;
    if (offer.pixelformat == V4L2_PIX_FMT_MJPEG || offer.pixelformat == V4L2_PIX_FMT_JPEG) return offer.pixelformat;
    if (offer.pixelformat == V4L2_PIX_FMT_YUYV) best = offer.pixelformat;
  }
  return best;
}

static int choose(layerberry_video *video) {
  const uint32_t wanted = best_format(video->descriptor);
  if (wanted == 0) return -ENOTTY;
  video->is_packed = wanted == V4L2_PIX_FMT_YUYV;
  struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
  format.fmt.pix.pixelformat = wanted;
  /* What is packed we encode ourselves: less of it. */
  format.fmt.pix.width = video->is_packed ? 640 : 1280;
  format.fmt.pix.height = video->is_packed ? 480 : 720;
  format.fmt.pix.field = V4L2_FIELD_ANY;
  const int error = control(video->descriptor, VIDIOC_S_FMT, &format);
  if (error != 0) return error;
  if (format.fmt.pix.pixelformat != wanted) return -ENOTTY;
  video->width = format.fmt.pix.width;
  video->height = format.fmt.pix.height;
  video->stride = format.fmt.pix.bytesperline;
  if (video->width == 0 || video->height == 0 || video->width > 8192 || video->height > 8192) return -EINVAL;
  if (video->is_packed && video->stride < video->width * 2) video->stride = video->width * 2;
  return 0;
}

static int map_buffers(layerberry_video *video) {
  struct v4l2_requestbuffers request = {
      .count = 3, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  int error = control(video->descriptor, VIDIOC_REQBUFS, &request);
  if (error != 0) return error;
  if (request.count < 2) return -ENOMEM;
  const unsigned count = request.count < LAYERBERRY_VIDEO_BUFFERS ? request.count : LAYERBERRY_VIDEO_BUFFERS;
  for (unsigned index = 0; index < count; index++) {
    struct v4l2_buffer buffer = {
        .index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    error = control(video->descriptor, VIDIOC_QUERYBUF, &buffer);
    if (error != 0) return error;
    void *start = mmap(NULL, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, video->descriptor, buffer.m.offset);
    if (start == MAP_FAILED) return -errno;
    video->starts[index] = start;
    video->lengths[index] = buffer.length;
    video->count = index + 1;
    error = layerberry_video_give(video, index);
    if (error != 0) return error;
  }
  return 0;
}

int layerberry_video_open(const char *path, layerberry_video *video) {
  memset(video, 0, sizeof *video);
  video->descriptor = -1;
  /* Looked at before it is opened: opening alone does things to some devices. */
  struct stat entry;
  if (stat(path, &entry) != 0) return -errno;
  if (!S_ISCHR(entry.st_mode) || major(entry.st_rdev) != VIDEO_MAJOR) return -ENOTTY;
  video->descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (video->descriptor < 0) return -errno;
  struct v4l2_capability capability = {0};
  int error = control(video->descriptor, VIDIOC_QUERYCAP, &capability);
  if (error == 0) {
    const uint32_t able =
        capability.capabilities & V4L2_CAP_DEVICE_CAPS ? capability.device_caps : capability.capabilities;
    const uint32_t needed = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    error = (able & needed) == needed ? choose(video) : -ENOTTY;
  }
  if (error == 0) error = map_buffers(video);
  if (error == 0) {
    int kind = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    error = control(video->descriptor, VIDIOC_STREAMON, &kind);
  }
  if (error != 0) layerberry_video_close(video);
  return error;
}

int layerberry_video_take(layerberry_video *video, unsigned *index, const uint8_t **bytes, size_t *count) {
  struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  const int error = control(video->descriptor, VIDIOC_DQBUF, &buffer);
  if (error == -EAGAIN) return 0;
  if (error != 0) return error;
  if (buffer.index >= video->count) return -EIO;
  *index = buffer.index;
  *bytes = video->starts[buffer.index];
  *count = buffer.bytesused < video->lengths[buffer.index] ? buffer.bytesused : video->lengths[buffer.index];
  if (buffer.flags & V4L2_BUF_FLAG_ERROR) *count = 0;
  return 1;
}

int layerberry_video_give(layerberry_video *video, unsigned index) {
  struct v4l2_buffer buffer = {.index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
  return control(video->descriptor, VIDIOC_QBUF, &buffer);
}

void layerberry_video_close(layerberry_video *video) {
  for (unsigned index = 0; index < video->count; index++) munmap(video->starts[index], video->lengths[index]);
  video->count = 0;
  /* Closing stops the stream. */
  if (video->descriptor >= 0) close(video->descriptor);
  video->descriptor = -1;
}

void layerberry_video_unpack(const uint8_t *packed, unsigned width, unsigned height, size_t stride, uint8_t *planes) {
  uint8_t *luma = planes;
  uint8_t *u = luma + (size_t)width * height;
  uint8_t *v = u + (size_t)width / 2 * (height / 2);
  for (unsigned row = 0; row < height; row++) {
    const uint8_t *from = packed + row * stride;
    for (unsigned column = 0; column < width; column += 2, from += 4) {
      *luma++ = from[0];
      *luma++ = from[2];
      /* Each second row gives the colour of both. */
      if (row % 2 == 0) {
        *u++ = from[1];
        *v++ = from[3];
      }
    }
  }
}
