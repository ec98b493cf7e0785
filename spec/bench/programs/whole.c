/* whole COUNT PROGRAM ARGUMENTS: the figures of a whole process, from its start to its end: CPU (user and system), wall
 * and peak memory. Its output goes nowhere; that it fails is a failure. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "figures.h"

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **arguments) {
  if (count < 3) return 2;
  double began = figures_clock(CLOCK_MONOTONIC);
  pid_t child = fork();
  if (child == 0) {
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
    execvp(arguments[2], arguments + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 1;
  printf("%.6f %.6f %ld %s 0\n", seconds(usage.ru_utime) + seconds(usage.ru_stime),
         figures_clock(CLOCK_MONOTONIC) - began, usage.ru_maxrss, arguments[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
