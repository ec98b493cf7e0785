/* What every program of the bench prints: "cpu_seconds wall_seconds peak_kb count resident_kb", the last at the
 * beginning, and what else it has to say. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

typedef struct figures {
  double cpu, wall;
  long resident;
} figures;

static inline double figures_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Resident kilobytes; the peak begins anew. */
static inline long figures_resident(void) {
  long all, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file && fscanf(file, "%ld %ld", &all, &resident) != 2) resident = 0;
  if (file) fclose(file);
  file = fopen("/proc/self/clear_refs", "w");
  if (file) fputs("5", file), fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static inline figures figures_begin(void) {
  long resident = figures_resident();
  return (figures){figures_clock(CLOCK_PROCESS_CPUTIME_ID), figures_clock(CLOCK_MONOTONIC), resident};
}

static inline void figures_print(figures begin, size_t count) {
  struct rusage usage;
  double cpu = figures_clock(CLOCK_PROCESS_CPUTIME_ID), wall = figures_clock(CLOCK_MONOTONIC);
  getrusage(RUSAGE_SELF, &usage);
  printf("%.6f %.6f %ld %zu %ld", cpu - begin.cpu, wall - begin.wall, usage.ru_maxrss, count, begin.resident);
}

#endif
