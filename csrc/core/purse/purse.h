/* Purse: the permits that this process holds of a shared quota, the calls that it has made with them, and when it
 * must ask again. Pure: the caller tells it the time, on the monotonic clock.
 *
 * A permit may be used from a time on, and until the purse's lease ends. A call stands in the log while it is under
 * way and as long as the account counts it, so that it can be told again to a Redis that has lost what it knew. */
#ifndef TETHER_PURSE_H
#define TETHER_PURSE_H
#include "core/pace/grants.h"

enum {
  TETHER_PURSE_CALLS = 1024,     /* of the log: those of several windows of the largest tier */
  TETHER_PURSE_PERMITS = 512,    /* of a kind: more than a window of the largest tier has */
  TETHER_PURSE_LEASE_MS = 4500,  /* half a second less than Redis keeps it */
  TETHER_PURSE_PACE_MS = 525,    /* between two questions, when there is something to ask */
  TETHER_PURSE_SECOND_MS = 1050, /* no third question within it */
  TETHER_PURSE_BEAT_MS = 2000    /* between two questions that only renew the lease */
};

typedef enum tether_purse_kind {
  TETHER_FOR_SINGLE,
  TETHER_FOR_BULK,
  TETHER_FOR_SEARCH,
  TETHER_FOR_KINDS
} tether_purse_kind;

typedef struct tether_purse_call {
  uint32_t number, own; /* own: its slot in the quota of a process that is alone; 0: none */
  tether_purse_kind kind;
  int64_t sent_ms, answered_ms; /* answered_ms 0: under way */
  int64_t told;                 /* the question that told of it; 0: none yet */
} tether_purse_call;

typedef struct tether_permit {
  int64_t from_ms, granted_ms;
} tether_permit;

typedef struct tether_purse {
  tether_purse_call calls[TETHER_PURSE_CALLS];
  tether_permit permits[TETHER_FOR_KINDS][TETHER_PURSE_PERMITS]; /* each by from_ms */
  size_t call_count, permit_count[TETHER_FOR_KINDS], waiting[TETHER_FOR_KINDS];
  int64_t lease_ms;                  /* until then permits may be used */
  int64_t span_ms;                   /* of the window */
  int64_t asked_ms, asked_before_ms; /* the last two questions */
  int64_t later_ms;                  /* nothing can be granted before */
  bool retells;                      /* everything must be told again, at once */
  uint32_t last_number;
} tether_purse;

void tether_purse_init(tether_purse *purse); /* no permits, no calls */

/* Takes a permit for a call that goes out, and answers the call's number. A single call may also take a permit of
 * batches. A batch that is due may also take a permit of single calls. 0: no permit can be used now, and `until_ms`
 * says when the next one can be; INT64_MAX: the purse has none. */
uint32_t tether_purse_take(tether_purse *purse, tether_purse_kind kind, bool due, int64_t now_ms, int64_t *until_ms);

/* Notes a call that goes out without a permit, and answers its number; 0: the log is full. `own` is its slot in the
 * quota of a process that is alone; 0: none. */
uint32_t tether_purse_note(tether_purse *purse, tether_purse_kind kind, uint32_t own, int64_t now_ms);

tether_purse_call *tether_purse_find(tether_purse *purse, uint32_t number); /* NULL: none */

/* The call was never sent: it leaves the log, and its permit can be used again, if it had one. */
void tether_purse_drop(tether_purse *purse, uint32_t number, int64_t now_ms);

/* The account does not count this call: it leaves the log. */
void tether_purse_forget(tether_purse *purse, uint32_t number);

/* Gives permits back that nobody has used for a while; `all`: every permit, since none may be used any more. */
void tether_purse_give_back(tether_purse *purse, bool all, int64_t now_ms);

/* Removes calls from the log that the account does not count any more. */
void tether_purse_prune(tether_purse *purse, int64_t now_ms);

/* The number of permits that it holds plus the number of calls under way: of the window, or of searches. */
size_t tether_purse_held(const tether_purse *purse, bool search);

/* How many permits of a kind to ask for, judged by the calls of the last seconds. */
size_t tether_purse_wants(const tether_purse *purse, tether_purse_kind kind, int64_t now_ms);

/* When to ask next; INT64_MAX: no need. */
int64_t tether_purse_asks_at(const tether_purse *purse);

void tether_purse_asked(tether_purse *purse, int64_t now_ms); /* a question goes out now */

/* The question of that number was answered, so what it told has arrived. */
void tether_purse_told(tether_purse *purse, int64_t question);

/* Whatever was told has to be told again. */
void tether_purse_retell(tether_purse *purse);

void tether_purse_add(tether_purse *purse, tether_purse_kind kind, int64_t from_ms, int64_t now_ms);
#endif
