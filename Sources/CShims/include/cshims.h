#ifndef LAYERBERRY_CSHIMS_H
#define LAYERBERRY_CSHIMS_H

#include <stddef.h>
#include <stdint.h>

/* What Swift cannot call itself: variadic functions, macros, setjmp, and glibc's allocator switches. */

/* One malloc arena for all threads: a few megabytes less on a small board. Call before the first thread. */
void layerberry_one_malloc_arena(void);

/* Blocks of 256 KiB and more come from the kernel and go back to it when freed, however often one is needed. Call
   before the first thread. */
void layerberry_return_large_blocks(void);

/* Gives freed heap back to the kernel after a burst. */
void layerberry_release_heap(void);

/* Gives up the code of the program and of its libraries where it is mapped, so that only what runs from now on is
   resident. */
void layerberry_release_code(void);

/* Starts a program that dies with the thread that calls this: call from a thread that lives as long as the child
   should. Standard input is empty, both outputs go to the descriptor `output`. Returns the process id, or -errno. */
int layerberry_spawn_tied(const char *path, char *const arguments[], int output);

/* As above, with an environment and three descriptors of its own; a negative one is /dev/null. */
int layerberry_spawn_piped(const char *path, char *const arguments[], char *const environment[], int input, int output,
                           int errors);

/* A descriptor that becomes readable when the child has ended, closed on exec; -1 with errno (pidfd_open, Linux 5.3). */
int layerberry_watch_process(int process);

/* A non-blocking eventfd, closed on exec; -1 with errno. */
int layerberry_eventfd(void);

/* A non-blocking timer by the system's clock, closed on exec; -1 with errno. */
int layerberry_clock_alarm(void);

/* Makes the timer readable at this moment (milliseconds since 1970), and unreadable with ECANCELED when the clock is set
   before; 0 disarms it. Returns 0, or -1 with errno. */
int layerberry_set_clock_alarm(int descriptor, int64_t milliseconds);

/* Names the calling thread, at most 15 characters, for ps and gdb. */
void layerberry_name_thread(const char *name);

/* An address of this machine, in host order. */
typedef struct {
  unsigned index;
  uint32_t address;
  /* 0 where the interface has none. */
  uint32_t broadcast;
} layerberry_interface;

/* The IPv4 addresses of all interfaces that are up, at most `room`; their number, or -1. */
int layerberry_interfaces(layerberry_interface *list, int room);

/* Whether somebody keeps the kernel's clock right (adjtimex(2)): 1, 0, or -1 where it does not say. */
int layerberry_clock_is_kept(void);

/* All addresses of this machine, IPv4 (within ::ffff:0:0/96) and IPv6, sixteen bytes each in network order, at most `room`;
   their number, or -1. */
int layerberry_addresses(uint8_t *bytes, int room);

/* A non-blocking netlink socket that becomes readable when links or IPv4 addresses change; -1 with errno. */
int layerberry_watch_addresses(void);

/* Starts writing a part of a file to the disk without waiting, so that a later fsync has little left to do. */
void layerberry_start_writeback(int descriptor, int64_t offset, int64_t count);

/* accept4 and pipe2: descriptors that no child inherits, not even one that starts at this very moment. */
int layerberry_accept(int listener);
int layerberry_pipe(int ends[2], int is_blocking);

/* Sends a text to a datagram socket of the file system, or an abstract one where the path begins with @, with a
   descriptor where that is not negative; -1 with errno. */
int layerberry_send_descriptor(const char *path, const char *text, int descriptor);

/* A V4L2 camera that streams into mapped memory. */
enum { LAYERBERRY_VIDEO_BUFFERS = 4 };
typedef struct {
  /* Readable when there is a picture. */
  int descriptor;
  unsigned width;
  unsigned height;
  /* Bytes of a row, where the pictures are packed. */
  size_t stride;
  /* YUYV; otherwise each picture is a JPEG. */
  int is_packed;
  unsigned count;
  void *starts[LAYERBERRY_VIDEO_BUFFERS];
  size_t lengths[LAYERBERRY_VIDEO_BUFFERS];
} layerberry_video;

/* Opens the device and starts its stream; 0, or -errno: -ENOTTY for what is no camera, or none that we can read. */
int layerberry_video_open(const char *path, layerberry_video *video);
/* The next picture: 1, 0 where there is none yet, or -errno. It is the camera's again after layerberry_video_give. */
int layerberry_video_take(layerberry_video *video, unsigned *index, const uint8_t **bytes, size_t *count);
int layerberry_video_give(layerberry_video *video, unsigned index);
void layerberry_video_close(layerberry_video *video);

/* YUYV as three planes behind each other, both chromas at half the width and height: width * height * 3 / 2 bytes in
   all. Width and height are even. */
void layerberry_video_unpack(const uint8_t *packed, unsigned width, unsigned height, size_t stride, uint8_t *planes);

#endif
