/* Quota: how many requests the account takes, learnt from its answers. Pure: it is told the time and answers a verdict.
 *
 * A rolling window (ten seconds), a rolling second for search, and the budget of the day. A request takes a slot, and
 * gives it back a window after the server can have counted it at the latest. What the headers of an answer say corrects
 * that in both directions: slots that the server no longer counts are free at once (so requests that are exempt from
 * the window, and slow ones, do not hold others back), and requests of others that use the same token are counted in.
 *
 * A value without pointers: it can live in memory that processes share (share.h), all times on the monotonic clock,
 * which is the same for every process of a machine. */
#ifndef TETHER_QUOTA_H
#define TETHER_QUOTA_H
#include "base/error.h"

enum {
  TETHER_WINDOW_MS = 10000, /* until an answer names another (usage guidelines) */
  TETHER_WINDOW_MOST = 100, /* the lowest tier's, until an answer tells */
  TETHER_SEARCH_MOST = 5,   /* a second, for each account; its answers carry no headers */
  TETHER_SLOTS = 512        /* twice what the largest subscription may send in a window */
};

/* Single calls go before bulk, in every process that shares the quota. */
typedef enum tether_lane { TETHER_SINGLE, TETHER_BULK, TETHER_LANES } tether_lane;

/* A request that the server may count. */
typedef struct tether_slot {
  int64_t sent_ms, answered_ms; /* answered_ms 0: under way */
  int64_t deadline_ms;          /* under way: when it will have ended at the latest */
  uint32_t number;              /* 0: somebody else's, seen in a header */
  int32_t owner;                /* process id */
} tether_slot;

typedef struct tether_span {
  int64_t span_ms, most, blocked_until_ms;
  size_t count;
  tether_slot slots[TETHER_SLOTS];
} tether_span;

typedef struct tether_quota {
  tether_span window, search;
  int32_t learnt;                      /* not 0: an answer has named the window; a garbled file has any bits here */
  int64_t daily, daily_left;           /* -1: no answer has named them; daily_left without what is under way */
  int64_t daily_least, daily_least_ms; /* the least that an answer of this day has named, and when */
  int64_t daily_seen_ms, day_end_ms;   /* day_end_ms 0: unknown */
  int64_t urgent_until_ms;             /* a single call waits: bulk stands back */
  int64_t round_trip_ms;               /* the shortest to the server; 0: unknown */
  uint32_t last_number;
} tether_quota;

/* What a request is to the quota. */
typedef struct tether_ask {
  bool search;
  tether_lane lane;
  bool due;            /* bulk that has stood back for long enough */
  int64_t reserve;     /* calls of the day that are left for others */
  int64_t deadline_ms; /* when the request will have ended at the latest */
  int32_t owner;       /* process id */
  int64_t asked_ms;    /* when the call began to wait for its first attempt */
  int64_t begun_ms;    /* when that began; 0: it has not */
  int64_t patience_ms; /* for so long it may wait while the quota's keeper cannot be asked (grants.h) */
} tether_ask;

/* REFUSED: the quota's keeper cannot be asked (grants.h). */
typedef enum tether_verdict { TETHER_GO, TETHER_WAIT, TETHER_DAY_OVER, TETHER_REFUSED } tether_verdict;

/* What an answer says about the quota; -1: nothing. */
typedef struct tether_heard {
  int64_t window_ms, window_most, window_left, daily, daily_left;
  int64_t retry_after_ms; /* of a refusal */
  int64_t round_trip_ms;  /* the shortest on its connection; 0: unknown */
  bool success;           /* the account has worked it, and may have refused what it asks for: below 500, no 429 */
  enum { TETHER_NOT_LIMITED, TETHER_LIMITED_WINDOW, TETHER_LIMITED_SECOND, TETHER_LIMITED_DAY } refusal;
} tether_heard;

void tether_quota_init(tether_quota *quota); /* nothing is known, nothing was sent */

/* Whether a quota that came from elsewhere is plausible now; a garbled one is not. */
bool tether_quota_is_sane(const tether_quota *quota, int64_t now_ms);

/* Asks for one request. GO: `number` is its slot, to be given back by answered or dropped. WAIT, DAY_OVER: `until_ms`
 * is when to ask again. */
tether_verdict tether_quota_take(tether_quota *quota, const tether_ask *ask, int64_t now_ms, uint32_t *number,
                                 int64_t *until_ms);

/* The request of a slot has ended; `heard` NULL: without an answer. */
void tether_quota_answered(tether_quota *quota, uint32_t number, const tether_heard *heard, int64_t now_ms);

/* The request of a slot was never sent. */
void tether_quota_drop(tether_quota *quota, uint32_t number);

/* When the account's day ends; from then on its budget is new. */
void tether_quota_day_ends(tether_quota *quota, int64_t at_ms);

/* Ends the slots of a process that is gone: it can no longer tell their answers. */
void tether_quota_bury(tether_quota *quota, int32_t owner, int64_t now_ms);

/* Room in the window now, as far as is known. */
int64_t tether_quota_window_left(const tether_quota *quota, int64_t now_ms);

#endif
