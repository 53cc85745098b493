/* What a test needs in the emulated machine and its shell does not have:
     keep SOCKET PROGRAM ARGUMENT…     plays systemd: starts a program again whenever it ends, and keeps what it stores
     watch MILLISECONDS VALUE …        prints "milliseconds number level" for each change of lines, how they begin first
     press PULL DOWN UP DOWN UP …      presses a button: pulls it down and up for so many milliseconds each
     react PULL VALUE COUNT PAUSE      presses as often, and prints the microseconds until the value changed each time
     hold CHIP LINE CONSUMER           holds a line until it is ended
     crowd COUNT                       takes most of the processors with so many processes until it is ended
     wake-ups PROCESS SECONDS          prints how often the process's threads went to sleep meanwhile */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void rest(int64_t amount) { usleep((useconds_t)amount); }

static int level(int file) {
  char byte = 0;
  if (pread(file, &byte, 1, 0) != 1) fail("value");
  return byte == '1';
}

static void pull(int file, int is_high) {
  const char *word = is_high ? "pull-up" : "pull-down";
  if (pwrite(file, word, strlen(word), 0) < 0) fail("pull");
}

static int opened(const char *path, int flags) {
  const int file = open(path, flags | O_CLOEXEC);
  if (file < 0) fail(path);
  return file;
}

/* keep */

enum { MOST = 32 };
static struct {
  char name[256];
  int descriptor;
} store[MOST];
static int stored;
static pid_t child;
static volatile sig_atomic_t ending;

static void end(int number) {
  (void)number;
  ending = 1;
  if (child > 0) kill(child, SIGTERM);
}

static void receive(int channel) {
  char text[512] = {0};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int) * 4)];
  } control;
  struct iovec part = {text, sizeof text - 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) < 0) return;
  int descriptor = -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_type == SCM_RIGHTS) memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  const char *named = strstr(text, "FDNAME=");
  char name[256] = "";
  if (named) sscanf(named, "FDNAME=%255[^\n]", name);
  if (strstr(text, "FDSTOREREMOVE=1")) {
    for (int index = stored - 1; index >= 0; index--) {
      if (strcmp(store[index].name, name) != 0) continue;
      close(store[index].descriptor);
      store[index] = store[--stored];
    }
  } else if (strstr(text, "FDSTORE=1") && descriptor >= 0 && stored < MOST) {
    strcpy(store[stored].name, name);
    store[stored++].descriptor = descriptor;
  } else if (descriptor >= 0) {
    close(descriptor);
  }
}

static void launch(const char *path, char **program) {
  child = fork();
  if (child < 0) fail("fork");
  if (child > 0) return;
  char names[MOST * 256] = "", number[16];
  for (int index = 0; index < stored; index++) {
    /* Above what they are moved to, in two steps, so that none takes another's place. */
    store[index].descriptor = fcntl(store[index].descriptor, F_DUPFD, 100);
    strcat(strcat(names, index ? ":" : ""), store[index].name);
  }
  for (int index = 0; index < stored; index++) dup2(store[index].descriptor, 3 + index);
  close_range(3 + (unsigned)stored, ~0U, 0);
  setenv("NOTIFY_SOCKET", path, 1);
  if (stored > 0) {
    snprintf(number, sizeof number, "%d", stored);
    setenv("LISTEN_FDS", number, 1);
    snprintf(number, sizeof number, "%d", (int)getpid());
    setenv("LISTEN_PID", number, 1);
    setenv("LISTEN_FDNAMES", names, 1);
  }
  execv(program[0], program);
  fail(program[0]);
}

static int keep(const char *path, char **program) {
  const struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  unlink(path);
  const int channel = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (bind(channel, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  while (!ending) {
    launch(path, program);
    const int process = (int)syscall(SYS_pidfd_open, child, 0);
    struct pollfd waits[2] = {{channel, POLLIN, 0}, {process, POLLIN, 0}};
    int has_ended = 0;
    while (!has_ended) {
      if (poll(waits, 2, -1) < 0 && errno != EINTR) fail("poll");
      /* What it stored before it ended counts. */
      if (waits[0].revents) receive(channel);
      else if (waits[1].revents) has_ended = 1;
    }
    waitpid(child, NULL, 0);
    close(process);
  }
  return 0;
}

/* The lines */

static int watch(int64_t length, char **values) {
  int files[MOST], before[MOST], count = 0;
  for (; values[count] && count < MOST; count++) {
    files[count] = opened(values[count], O_RDONLY);
    before[count] = -1;
  }
  /* Whoever reads it while this goes on, or ends this, sees all of it. */
  setvbuf(stdout, NULL, _IOLBF, 0);
  const int64_t start = microseconds();
  for (int64_t now = 0; now < length * 1000; now = microseconds() - start) {
    for (int index = 0; index < count; index++) {
      const int is_high = level(files[index]);
      if (is_high != before[index]) printf("%lld %d %d\n", (long long)(now / 1000), index, is_high);
      before[index] = is_high;
    }
    rest(1000);
  }
  return 0;
}

static int press(const char *path, char **times) {
  const int file = opened(path, O_WRONLY);
  for (int is_high = 0; *times; times++, is_high = !is_high) {
    pull(file, is_high);
    rest(atoll(*times) * 1000);
  }
  pull(file, 1);
  return 0;
}

/* Rests for so long while the machine goes on evenly. An emulated one stands still whenever what emulates it does, and finds
   all timers due together afterwards: a pause in which that happened was none, and begins anew. */
static void rest_evenly(int64_t amount) {
  for (int64_t begin = microseconds(), last = begin; last - begin < amount;) {
    rest(1000);
    const int64_t now = microseconds();
    if (now - last > 5000) begin = now;
    last = now;
  }
}

static int react(const char *path, const char *value, int count, int64_t pause) {
  const int button = opened(path, O_WRONLY), relay = opened(value, O_RDONLY);
  for (int number = 0; number < count; number++) {
    const int before = level(relay);
    const int64_t start = microseconds();
    pull(button, 0);
    while (level(relay) == before) {
      if (microseconds() - start > 5000000) return puts("no reaction"), 1;
      rest(100);
    }
    printf("%lld\n", (long long)(microseconds() - start));
    rest_evenly(pause * 1000);
    pull(button, 1);
    rest_evenly(pause * 1000);
  }
  return 0;
}

static int hold(const char *path, unsigned line, const char *consumer) {
  struct gpio_v2_line_request request = {.num_lines = 1};
  request.offsets[0] = line;
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT;
  strncpy(request.consumer, consumer, sizeof request.consumer - 1);
  if (ioctl(opened(path, O_RDWR), GPIO_V2_GET_LINE_IOCTL, &request) != 0) fail("hold");
  pause();
  return 0;
}

static int crowd(int count) {
  /* Three times the weight of others. */
  if (setpriority(PRIO_PROCESS, 0, -5) != 0) fail("priority");
  while (--count > 0 && fork() != 0) {}
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) __asm__ volatile("");
}

/* A thread sleeps as often as it wakes up. What one that ends did since the last look is not seen. */
static int wake_ups(const char *process, int seconds) {
  enum { THREADS = 256 };
  static struct {
    long number, sleeps;
  } seen[THREADS];
  long total = 0;
  int known = 0;
  for (int second = 0; second <= seconds; second++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/task", process);
    DIR *tasks = opendir(path);
    if (!tasks) fail(path);
    for (struct dirent *task; (task = readdir(tasks));) {
      const long number = atol(task->d_name);
      char status[128], line[256];
      snprintf(status, sizeof status, "/proc/%s/task/%ld/status", process, number);
      FILE *file = number > 0 ? fopen(status, "r") : NULL;
      if (!file) continue;
      long sleeps = 0;
      while (fgets(line, sizeof line, file)) sscanf(line, "voluntary_ctxt_switches: %ld", &sleeps);
      fclose(file);
      int index = 0;
      while (index < known && seen[index].number != number) index++;
      if (index == THREADS) continue;
      if (index == known) {
        seen[known].number = number;
        /* A thread that has begun meanwhile counts from its beginning. */
        seen[known++].sleeps = second == 0 ? sleeps : 0;
      }
      total += sleeps - seen[index].sleeps;
      seen[index].sleeps = sleeps;
    }
    closedir(tasks);
    if (second < seconds) rest(1000000);
  }
  printf("%ld\n", total);
  return 0;
}

int main(int count, char **words) {
  const char *mode = count > 1 ? words[1] : "";
  if (strcmp(mode, "keep") == 0 && count > 3) return keep(words[2], words + 3);
  if (strcmp(mode, "watch") == 0 && count > 3) return watch(atoll(words[2]), words + 3);
  if (strcmp(mode, "press") == 0 && count > 3) return press(words[2], words + 3);
  if (strcmp(mode, "react") == 0 && count == 6) return react(words[2], words[3], atoi(words[4]), atoll(words[5]));
  if (strcmp(mode, "hold") == 0 && count == 5) return hold(words[2], (unsigned)atoi(words[3]), words[4]);
  if (strcmp(mode, "crowd") == 0 && count == 3) return crowd(atoi(words[2]));
  if (strcmp(mode, "wake-ups") == 0 && count == 4) return wake_ups(words[2], atoi(words[3]));
  fputs("no such mode\n", stderr);
  return 64;
}
