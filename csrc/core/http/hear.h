/* Hear: one header line of an answer, into what we keep of it. */
#ifndef TETHER_HEAR_H
#define TETHER_HEAR_H
#include "core/http/answer.h"

/* Before the first line. */
void tether_hear_nothing(tether_limits *limits);

/* `line` with its end, not terminated. */
void tether_hear(const char *line, size_t length, tether_answer *answer);

#endif
