/* Inside: what the two files of the source share, and nobody else includes: asking.c asks Redis and knows whether it is
 * there, source.c lets calls go by what it has been given. */
#ifndef TETHER_PURSE_INSIDE_H
#define TETHER_PURSE_INSIDE_H
#include "core/purse/question.h"
#include "core/purse/source.h"

enum {
  TETHER_SOURCE_OWNER = 17, /* hexadecimal digits and their end */
  TETHER_SOURCE_ID = 33,    /* of the quota in its key: likewise */
  TETHER_SOURCE_KEYS = 4    /* that quota.lua takes */
};

typedef enum tether_source_state { TETHER_STARTING, TETHER_SHARING, TETHER_LOST, TETHER_ALONE } tether_source_state;

typedef struct tether_source {
  tether_grants grants;
  tether_redis *redis;
  tether_redis_script script;
  tether_purse purse;
  tether_news news, telling; /* not told to Redis yet; told by the question under way */
  tether_quota own;          /* used while this process is alone */
  tether_share_lost lost;
  tether_source_state state;
  bool joined, was_alone, was_late; /* was_late: the last question was answered by `late` */
  char owner[TETHER_SOURCE_OWNER], id[TETHER_SOURCE_ID], keys[TETHER_SOURCE_KEYS][64], epoch[TETHER_QUESTION_EPOCH];
  char problem[256];
  tether_error error; /* why it is not shared, or could not be from the start */
  tether_reply reply;
  int64_t replied_ms, began_ms, lost_ms, alone_ms; /* alone_ms: from then on this process may go on alone */
  int64_t stalled_ms; /* since Redis went away, until a call goes out again; 0: it does not hold calls up */
  int64_t ticket, question, asked_ms; /* ticket 0: no question is under way */
  int64_t clock_ahead_ms, reserve, round_trip_ms, blocked_ms[2];
  int64_t asks, losses;
} tether_source;

static inline void tether_source_keep_later(int64_t *kept_ms, int64_t at_ms) {
  if (at_ms > *kept_ms) *kept_ms = at_ms;
}

/* The part of `most` that each process may use when all that share go on alone. */
int64_t tether_source_part(const tether_source *self, int64_t most);

void tether_source_clear(tether_news *news); /* nothing is to be told */

/* Sends a question, with all news for the others; `farewell`: the last one, which gives the permits back. */
void tether_source_ask(tether_source *self, bool farewell, int64_t now_ms);

/* As the interface's step (core/pace/grants.h). */
int64_t tether_source_step(tether_source *self, int64_t now_ms);
#endif
