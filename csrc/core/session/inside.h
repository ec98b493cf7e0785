/* Inside: what the files of a session share, and nobody else includes. Each file uses only those before it:
 * settling.c ends calls, sending.c sends them, tokens.c has other tokens fetched, ending.c decides what becomes of
 * an attempt, session.c opens, closes and is the front door. */
#ifndef TETHER_SESSION_INSIDE_H
#define TETHER_SESSION_INSIDE_H
#include "core/pace/grants.h"
#include "core/pace/retry.h"
#include "core/session/call.h"

enum { TETHER_FOR_SINGLES = 2 }; /* places in flight that bulk leaves free */

struct tether_session {
  tether_transport *transport;
  tether_auth *auth;
  tether_grants *grants;
  tether_watch *watch;
  tether_calls calls;
  tether_retry_policy policy;
  tether_budget budget;
  char *oauth_path, *url;
  bool takes_all;      /* the host takes all that is settled after each step: the descriptor need not tell of it */
  bool watched;        /* the host has asked for the descriptor */
  char unshared[256];  /* why the quota is not shared although it was to be; "": it is, or was not to be */
  bool shares_nothing; /* no token has told yet whose quota it is */
  int concurrency;
  int64_t timeout_ms, daily_reserve, last_ticket, skew_ms;
  int64_t bulk_waits_since_ms; /* a batch waits to be sent; 0: none */
  int64_t waiting_since_ms;    /* since then the quota holds calls back, as the watch was told; 0: it does not */
  bool skew_known;
  bool is_leased;                       /* requests go out only within a lease */
  int64_t lease_end_ms, lease_least_ms; /* by tether_clock_boot_ms; what must be left for one more request */
  uint64_t random;
};

/* -- settling.c --------------------------------------------------------------------------------------------------- */

/* What the watch is told about a call. */
tether_seen tether_session_seen(const tether_call *call, tether_moment moment);

/* Gives the slot of a call back; `heard` NULL: without an answer. */
void tether_session_release_slot(tether_session *session, const tether_call *call, const tether_heard *heard);

/* Settles a call with an answer, which it owns from now on. */
void tether_session_settle(tether_session *session, tether_call *call, tether_answer *answer);

/* Settles a call that gets no answer. False: there is no memory for the answer, and the call stays where it is. */
__attribute__((format(printf, 4, 5))) bool tether_session_give_up(tether_session *session, tether_call *call,
                                                                  tether_code code, const char *format, ...);

/* Notes why the quota is not shared; "": it is shared again. Tells the watch when that changes. */
void tether_session_unshare(tether_session *session, const char *why);

/* The same, with what the source of grants says about itself. */
void tether_session_tell_sharing(tether_session *session);

/* The end of the day, given on the monotonic clock, since 1970. It is rounded to seconds, because the two clocks drift
 * apart. */
int64_t tether_session_day_end_wall(int64_t day_end_ms);

/* -- sending.c ---------------------------------------------------------------------------------------------------- */

/* How long a request may still last within the lease, in milliseconds; 0: none may begin; -1: no lease binds. */
int64_t tether_session_lease_left(const tether_session *session);

/* Sends what may be sent, single calls first. Returns when to look again; -1: no need. */
int64_t tether_session_dispatch(tether_session *session, int64_t now_ms);

/* Sends one call with its slot of the quota; 0: OAuth's own and those without a token, which take none. */
bool tether_session_start(tether_session *session, tether_call *call, uint32_t slot, tether_error *error);

/* -- tokens.c ----------------------------------------------------------------------------------------------------- */

/* Whether requests may be sent. If not, they wait while one fetch gets a token for all of them. */
bool tether_session_has_token(tether_session *session, int64_t now_ms);

/* What tether_session_renew and tether_session_ask_scopes do, without sending what may be sent then. */
bool tether_session_take_over(tether_session *session, const char *token, int64_t expires_in_ms, tether_error *error);
int64_t tether_session_queue_scopes(tether_session *session, tether_error *error);

/* The refresh has been answered; takes both. */
void tether_session_take_token(tether_session *session, tether_call *call, tether_answer *answer);

/* The refresh could not even be sent; frees the call. */
void tether_session_lose_token(tether_session *session, tether_call *call, const tether_error *error);

/* -- ending.c ----------------------------------------------------------------------------------------------------- */

/* An attempt has ended: the only place that decides what becomes of its call. Takes the answer. */
void tether_session_ended(tether_session *session, tether_call *call, tether_answer *answer);

/* What retry.h says of an attempt that has ended: counts it, and sets when the next one may go. */
tether_again tether_session_decide(tether_session *session, tether_history *history, const tether_end *end,
                                   int64_t *due_ms);

/* Tells the watch that a call waits for its due_ms. */
void tether_session_tell_retry(tether_session *session, const tether_call *call);

#endif
