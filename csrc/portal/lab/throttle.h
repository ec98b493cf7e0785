/* Throttle: HubSpot's rate limits. Told the time, it says whether a request may pass; it keeps counts and nothing else.
 *
 * A rolling window of ten seconds, a budget of a day that ends at midnight of the account's time zone, and a rolling
 * second for search (usage guidelines 2026). A request that is refused does not count. */
#ifndef TETHER_PORTAL_THROTTLE_H
#define TETHER_PORTAL_THROTTLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "portal/lab/switches.h"

enum { PORTAL_WINDOW_MS = 10000, PORTAL_SEARCH_A_SECOND = 5 }; /* wire.md, 10.1 */

/* What an account may do; 0: unlimited. */
typedef struct portal_allowance {
  int64_t burst, daily;
} portal_allowance;

/* `tier`: a choice of its switch; `older`: by the figures of the associations guide. */
portal_allowance portal_tier_allowance(int64_t tier, bool older);

/* A rolling span of time: the times of the requests that passed in it, the oldest first. */
typedef struct portal_span {
  int64_t *times; /* owned; a ring */
  size_t capacity, first, count;
} portal_span;

typedef struct portal_throttle {
  portal_span window, second;
  int64_t day, day_count;
} portal_throttle;

void portal_throttle_free(portal_throttle *throttle);

typedef enum portal_policy { PORTAL_PASS, PORTAL_DAILY, PORTAL_TEN_SECONDLY, PORTAL_SECONDLY } portal_policy;

/* What a request is to the limits. */
typedef struct portal_kind {
  bool search, exempt; /* exempt: not counted in the window */
} portal_kind;

/* Decides on one request and counts it when it passes. `day` is the number of the account's day. */
portal_policy portal_throttle_take(portal_throttle *throttle, portal_allowance allowance, portal_kind kind,
                                   int64_t now_ms, int64_t day);

/* Requests that are left, as the headers tell them: of the window, and of the day. */
int64_t portal_throttle_window_left(const portal_throttle *throttle, portal_allowance allowance);
int64_t portal_throttle_day_left(const portal_throttle *throttle, portal_allowance allowance);

/* How many of a span passed after a time; those before it are still held. */
int64_t portal_span_used(const portal_span *span, int64_t since_ms);

/* Until the window has room again. */
int64_t portal_throttle_wait_ms(const portal_throttle *throttle, portal_allowance allowance, int64_t now_ms);
#endif
