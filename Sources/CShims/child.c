#define _GNU_SOURCE
#include "cshims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn(const char *path, char *const arguments[], char *const environment[], const int ends[3]) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    const int error = errno;
    close(report[0]);
    close(report[1]);
    return -error;
  }
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* The parent may have died before the line above. */
    if (getppid() != parent) _exit(127);
    /* Above the three standard ones, so that none of them is overwritten before its turn. */
    int moved[3];
    for (int index = 0; index < 3; index++) {
      moved[index] = ends[index] < 0 ? open("/dev/null", index == 0 ? O_RDONLY : O_WRONLY)
                                     : fcntl(ends[index], F_DUPFD_CLOEXEC, 3);
    }
    const int channel = fcntl(report[1], F_DUPFD_CLOEXEC, 3);
    for (int index = 0; index < 3; index++) {
      if (moved[index] < 0 || channel < 0 || dup2(moved[index], index) < 0) _exit(127);
    }
    /* The channel closes itself when the program starts; everything else closes here. */
    if (channel > 3) close_range(3, (unsigned)channel - 1, 0);
    close_range((unsigned)channel + 1, ~0U, 0);
    execve(path, arguments, environment);
    const int error = errno;
    if (write(channel, &error, sizeof error) < 0) _exit(126);
    _exit(127);
  }
  close(report[1]);
  int error = 0;
  ssize_t count;
  do count = read(report[0], &error, sizeof error);
  while (count < 0 && errno == EINTR);
  close(report[0]);
  if (count != (ssize_t)sizeof error) return child;
  /* It has not become the program, and ends at once: nobody else would wait for it. */
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
  return -error;
}

int layerberry_spawn_tied(const char *path, char *const arguments[], int output) {
  const int ends[3] = {-1, output, output};
  return spawn(path, arguments, environ, ends);
}

int layerberry_spawn_piped(const char *path, char *const arguments[], char *const environment[], int input, int output,
                           int errors) {
  const int ends[3] = {input, output, errors};
  return spawn(path, arguments, environment, ends);
}

int layerberry_watch_process(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }
