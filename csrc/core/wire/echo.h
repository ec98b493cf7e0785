/* Echo: the pairs of a batch as the body that was sent names them, one row after the other.
 *
 * Most answers name the pairs in the order of the request. Digits are then compared with digits, and no id is read:
 * equal bytes are equal ids. Only bodies as encode.h writes them have an echo; any other, and what stands behind a row
 * of another form, has none, and the answer is read without it. */
#ifndef TETHER_ECHO_H
#define TETHER_ECHO_H
#include "base/buffer.h"

typedef struct tether_echo {
  const char *at, *end; /* the next row; NULL: there is none */
  tether_slice tail;    /* what stood behind the ids of the row before: mostly the next one's, too */
} tether_echo;

/* The echo of a body, which is borrowed; data may be NULL. */
void tether_echo_init(tether_echo *echo, tether_slice body);

/* Reads the ids of the next row; false: there is none. */
bool tether_echo_next(tether_echo *echo, tether_slice *from, tether_slice *to);
#endif
