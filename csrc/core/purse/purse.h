/* Purse: the permits that this process holds of a shared quota, the calls that it has made with them, and when it is to
 * ask again. Pure: it is told the time, on the monotonic clock.
 *
 * A permit may be used from a time on, and until the purse's lease ends. A call stands in the log while it is under way
 * and as long as the account counts it, so that it can be told again to a Redis that has lost what it knew. */
#ifndef TETHER_PURSE_H
#define TETHER_PURSE_H
#include "core/pace/grants.h"

enum {
  TETHER_PURSE_CALLS = 1024,
  TETHER_PURSE_PERMITS = 512,
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
  uint32_t number, own; /* own: its slot in the quota of who is alone; 0: none */
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
  bool retells;                      /* all has to be told anew, at once */
  uint32_t last_number;
} tether_purse;

void tether_purse_init(tether_purse *purse);

/* A call goes out by a permit of its kind: single calls take those of batches as well, batches that are due those of
 * single calls. Its number; 0: there is none, and `until_ms` is when the next one can be used, INT64_MAX: none is
 * there. */
uint32_t tether_purse_take(tether_purse *purse, tether_purse_kind kind, bool due, int64_t now_ms, int64_t *until_ms);

/* A call goes out without a permit: 0 when the log is full. */
uint32_t tether_purse_note(tether_purse *purse, tether_purse_kind kind, uint32_t own, int64_t now_ms);

tether_purse_call *tether_purse_find(tether_purse *purse, uint32_t number); /* NULL: none */

/* The call was never sent: its permit is there again, if it had one. */
void tether_purse_drop(tether_purse *purse, uint32_t number, int64_t now_ms);

/* The call is none that the account counts. */
void tether_purse_forget(tether_purse *purse, uint32_t number);

/* Permits that nobody has used for a while, or (all) that must not be used any more, are given back. */
void tether_purse_give_back(tether_purse *purse, bool all, int64_t now_ms);

/* Calls that the account does not count any more leave the log. */
void tether_purse_prune(tether_purse *purse, int64_t now_ms);

/* What it holds: permits, and calls under way; of the window, or of searches. */
size_t tether_purse_held(const tether_purse *purse, bool search);

/* How many permits of a kind are wanted, as it has gone of late. */
size_t tether_purse_wants(const tether_purse *purse, tether_purse_kind kind, int64_t now_ms);

/* When to ask next; INT64_MAX: no need. */
int64_t tether_purse_asks_at(const tether_purse *purse);

void tether_purse_asked(tether_purse *purse, int64_t now_ms);

/* The question of that number was answered; what it told of has arrived. */
void tether_purse_told(tether_purse *purse, int64_t question);

/* Whatever was told has to be told again. */
void tether_purse_retell(tether_purse *purse);

void tether_purse_add(tether_purse *purse, tether_purse_kind kind, int64_t from_ms, int64_t now_ms);
#endif
