/* CHECK: says where a condition did not hold, and goes on; main returns `failed != 0`. */
#ifndef TETHER_CHECK_H
#define TETHER_CHECK_H
#include <stdio.h>

static int failed;

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                                  \
      failed++;                                                                                                        \
    }                                                                                                                  \
  } while (0)

#endif
