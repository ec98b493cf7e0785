/* Question: what a purse asks Redis, and what quota.lua answers, as text. Pure. */
#ifndef TETHER_QUESTION_H
#define TETHER_QUESTION_H
#include "base/buffer.h"
#include "core/purse/purse.h"

enum { TETHER_QUESTION_EPOCH = 80, TETHER_QUESTION_NEWS = 64 };

/* What was heard of the account since the last question that arrived. */
typedef struct tether_news {
  int64_t most, left, window_sent_ms, daily, day_left, day_sent_ms; /* most, daily -1: nothing */
  bool is_free;                                                     /* an answer named no window */
  int64_t blocked_ms[2]; /* refusals of the window, and of searches: until then */
  bool day_over;
  int64_t day_end_ms; /* 0: nothing */
} tether_news;

typedef struct tether_question {
  int64_t number;
  const char *run, *epoch; /* of the server's start; of what Redis knows, "" while nobody has one */
  int64_t expected_ms;     /* the server's clock now, as it should be; 0: unknown */
  int64_t reserve, round_trip_ms;
  int64_t most; /* of the window, as an earlier answer had it; 0: unknown */
  bool farewell, was_alone;
  bool is_certain; /* expected_ms was also wrong a moment ago: the server's clock has moved */
} tether_question;

/* Appends the words that follow the owner's name, each ended by a NUL. The calls that it tells of are marked with the
 * question's number. False: NO_MEMORY. */
bool tether_question_write(const tether_question *question, tether_purse *purse, const tether_news *news,
                           int64_t now_ms, tether_buffer *out, tether_error *error);

/* How many words that makes. */
enum { TETHER_QUESTION_WORDS = 21 };

typedef struct tether_reply {
  bool stale; /* a later question was heard before */
  bool late;  /* expected_ms was wrong: Redis has taken nothing from the question */
  char epoch[TETHER_QUESTION_EPOCH];
  int64_t clock_ms, most, span_ms, learnt, is_free, blocked_ms[2], daily, daily_left, day_end_ms, window_left, owners,
      again_ms, day_over, told_all;
  const char *permits[TETHER_FOR_KINDS]; /* "0 0 120": how long to wait before each is used. Borrowed */
} tether_reply;

/* Reads the texts of an answer; false: they are no answer. */
bool tether_reply_read(const char *const texts[], size_t count, tether_reply *reply);

/* Puts the permits of a reply into the purse. */
void tether_reply_grant(const tether_reply *reply, tether_purse *purse, int64_t now_ms);
#endif
