/* Hear: one header line of an answer, into what we keep of it. */
#ifndef TETHER_HEAR_H
#define TETHER_HEAR_H
#include "core/http/answer.h"

/* Says that nothing is known yet. Called before the first line. */
void tether_hear_nothing(tether_limits *limits);

/* Reads one line, with its line break and without a NUL, and keeps in `answer` what it says of limits, time and the
 * request's id. */
void tether_hear(const char *line, size_t length, tether_answer *answer);

#endif
