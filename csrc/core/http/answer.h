/* Answer: what came back for one request, and how its attempts went. */
#ifndef TETHER_HTTP_ANSWER_H
#define TETHER_HTTP_ANSWER_H
#include "base/buffer.h"
#include "core/wire/arriving.h"

/* What the headers of an answer say of limits and time; -1: nothing. */
typedef struct tether_limits {
  int64_t window_ms, window_most, window_left, daily, daily_left;
  int64_t retry_after_ms;
  int64_t date_ms; /* the server's clock, since 1970 */
} tether_limits;

typedef struct tether_answer {
  int64_t ticket;
  long status; /* 0: no answer came, see error */
  tether_buffer body;
  tether_arriving *arriving; /* what was read of the body while it came; NULL: that was not asked for */
  char correlation_id[64];   /* "" when the answer names none */
  char content_type[64];
  int64_t elapsed_ms;
  int64_t round_trip_ms; /* the shortest on its connection; 0: below a millisecond, or unknown */
  tether_limits limits;
  tether_error error; /* TETHER_OK when an answer came, whatever its status */
  /* Filled by the session. */
  tether_buffer sent; /* the body of the request, when it had one that is no secret */
  int attempts;
  int64_t first_ms; /* when the first attempt was sent */
  bool in_doubt;    /* it failed, but the server may have applied it */
  bool broken;      /* a success whose body is cut off, missing, or another server's page */
} tether_answer;

void tether_answer_free(tether_answer *answer); /* NULL is fine */

#endif
