/* Retry: what to do after an attempt has ended without an answer that settles the request. Pure.
 *
 * One table says what each end means: whether the request can have been applied, and how long to wait. A request
 * that reads or converges is sent again. A request that creates is sent again only when it cannot have been applied.
 * Nothing is sent again before the time that the server asked for. Where it asked for none, pauses grow
 * exponentially, with jitter. A total time bounds the attempts. A budget that fills with time and with successes
 * bounds them as well, so that a dying server is not hammered. */
#ifndef TETHER_RETRY_H
#define TETHER_RETRY_H
#include "core/wire/operation.h"

/* How an attempt ended. */
typedef struct tether_end {
  long status;            /* 0: no answer */
  tether_code code;       /* what the transport says; OK: an answer came */
  bool broken;            /* a success whose body is truncated, HTML, or empty where JSON belongs */
  bool day_over;          /* 429 of the daily limit */
  int64_t retry_after_ms; /* -1: not told */
} tether_end;

typedef struct tether_retry_policy {
  int64_t total_ms; /* from the first attempt; 0: nothing is sent again */
  int64_t pause_ms; /* before the second attempt; later ones double it */
} tether_retry_policy;

/* Attempts that may be sent again now. */
typedef struct tether_budget {
  int64_t credit;  /* thousandths of an attempt */
  int64_t seen_ms; /* when it was last filled */
} tether_budget;

void tether_budget_init(tether_budget *budget, int64_t now_ms); /* full */
void tether_budget_success(tether_budget *budget);              /* an answer below 500 has come: it earns some credit */

typedef enum tether_again {
  TETHER_SETTLED,    /* the attempt's end is the request's end */
  TETHER_SEND_AGAIN, /* at `at_ms` */
  TETHER_IN_DOUBT    /* the request's end, and nobody knows whether it was applied */
} tether_again;

/* What has happened to a request. */
typedef struct tether_history {
  tether_repeat repeat;
  int attempts;     /* ended ones, this one included */
  int64_t first_ms; /* when the first attempt was sent */
  bool in_doubt;    /* an earlier attempt may have been applied; kept up to date by decide */
} tether_history;

/* `random` is any number. A SEND_AGAIN is paid from the budget. */
tether_again tether_retry_decide(const tether_retry_policy *policy, tether_budget *budget, const tether_end *end,
                                 tether_history *history, int64_t now_ms, uint64_t random, int64_t *at_ms);

#endif
