/* Echo: the pairs of a batch as the body that was sent names them, one row after the other.
 *
 * Most answers name the pairs in the order of the request. Digits are then compared with digits, and no id is read:
 * equal bytes are equal ids. Only bodies as encode.h writes them have an echo. Other bodies have none, and an echo
 * ends at a row of another form; the answer is then read without it. */
#ifndef TETHER_ECHO_H
#define TETHER_ECHO_H
#include "core/json/pattern.h"

typedef struct tether_echo {
  const char *at, *end; /* the next row; NULL: there is none */
  const char *row;      /* the row before it */
  tether_slice ids[2];  /* its digits */
  tether_slice tail;    /* what stood behind them: mostly the next row's, too */
} tether_echo;

/* The echo of a body, which is borrowed; data may be NULL. */
void tether_echo_init(tether_echo *echo, tether_slice body);

/* Reads the ids of the next row; false: there is none. */
bool tether_echo_next(tether_echo *echo, tether_slice *from, tether_slice *to);

/* Counts the results next in an answer, each behind its comma, that are the next rows of the echo, and moves behind
 * them. Such a row is like the row before, and such a result like a pattern of two ids, in every byte but the
 * digits; the digits are the same in both. It may stop early, and does so where it cannot look at whole blocks. The
 * rest is then read one by one. */
size_t tether_echo_run(tether_echo *echo, const tether_pattern *pattern, tether_json *json);
#endif
