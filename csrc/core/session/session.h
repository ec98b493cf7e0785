/* Session: a request goes in, a settled answer comes out. Joins transport, quota, retry, auth and watch, which know
 * nothing of each other.
 *
 * A request waits in a lane, is in flight, waits to be sent again, or is settled. One function makes every change of
 * that state. Never blocks but in tether_session_step, and there only as long as it is told. One thread at a time. */
#ifndef TETHER_SESSION_H
#define TETHER_SESSION_H
#include "core/http/transport.h"
#include "core/pace/grants.h"
#include "core/session/auth.h"
#include "core/session/watch.h"
#include "core/wire/operation.h"

typedef struct tether_session tether_session;

/* 0 stands for the default that is named. Strings are copied. */
typedef struct tether_session_options {
  tether_transport_options transport; /* timeouts 10 s and 30 s; `connections` is not looked at */
  tether_auth_options auth;
  const char *oauth_path; /* of the refresh; NULL: not OAuth */
  int concurrency;        /* requests in flight, the others wait here; 8 */
  int64_t retry_for_ms;   /* from a request's first attempt; -1: nothing is sent again */
  int64_t retry_pause_ms; /* before the second attempt, doubled from then on */
  int64_t daily_reserve;  /* calls of the day that are left for others */
  const char *share;      /* folder of the shared quota; NULL: this process alone */
  tether_grants *grants;  /* another source of grants than that folder, taken over even on failure; NULL: none */
  const char *unshared;   /* why the quota is not shared although it should be; NULL: nothing to report */
  tether_log_level log;
  int log_fd;
} tether_session_options;

/* What is asked for. `method`, `path` and `operation` are copied. */
typedef struct tether_request {
  const char *method;    /* of at most 7 letters */
  const char *path;      /* begins with a slash, sent as it is */
  tether_buffer *body;   /* taken over and left empty; NULL: none */
  const char *operation; /* its name in the table, or any text for people; decides what a repeat does */
  tether_lane lane;
  const tether_answer *after; /* an earlier answer that could not be read: this is the next attempt of that request */
  bool reads_links;           /* a batch read: links are read while the answer comes, see its `arriving` */
  bool bare;                  /* sent without the token: only whether the path exists is asked; takes no quota */
} tether_request;

/* NULL: URL_BAD, TOKEN_MISSING, TOKEN_MALFORMED, FILE_FAILED, NO_MEMORY. */
tether_session *tether_session_new(const tether_session_options *options, tether_error *error);
void tether_session_free(tether_session *session); /* ends everything; NULL is fine */

/* In a forked child: closes its copies of the descriptors, touches nothing that is the parent's, and leaves the memory,
 * which goes with the process. NULL is fine. */
void tether_session_abandon(tether_session *session);

/* Memory for a body, as in transport.h. */
tether_buffer tether_session_buffer(tether_session *session);
void tether_session_recycle(tether_session *session, tether_answer *answer); /* its memory, as in transport.h */

/* Queues a request and returns its ticket (> 0), 0 on failure: BAD_ARGUMENT, NO_MEMORY, and with `after`
 * ANSWER_MALFORMED when that request may not be sent again (retry.h). On failure the body stays the caller's. */
int64_t tether_session_submit(tether_session *session, const tether_request *request, tether_error *error);

/* Queues a question for the scopes of the present token, which only the session knows; as submit. TOKEN_MISSING: none
 * was needed until now. */
int64_t tether_session_ask_scopes(tether_session *session, tether_error *error);

/* Moves what is ready; waits up to `wait_ms` for something to settle or to be wanted (-1: until something does). */
bool tether_session_step(tether_session *session, int64_t wait_ms, tether_error *error);

/* The next settled answer, owned by the caller; NULL: none yet. Its `error` is OK when an answer came, whatever its
 * status; else one of the transport's, DAILY_LIMIT (never sent), UNAUTHENTICATED or CANCELLED. */
tether_answer *tether_session_take(tether_session *session);

/* Gives a request up. Its answer has the error CANCELLED. False: no such ticket is under way. */
bool tether_session_cancel(tether_session *session, int64_t ticket);

/* The same for all requests under way. False: there was no memory for the answers of some. */
bool tether_session_cancel_all(tether_session *session);

size_t tether_session_under_way(const tether_session *session); /* waiting and in flight */

/* Readable as long as step, take, renew or refuse has something to do, for whatever reason. So a foreign loop needs
 * to watch only this descriptor. Owned by the session; leave the loop before it is closed. */
int tether_session_fd(tether_session *session);

/* The host promises to take all that is settled after each step and each cancel: the descriptor need not say so then,
 * which spares two system calls an answer. */
void tether_session_takes_all(tether_session *session);
int64_t tether_session_timeout_ms(const tether_session *session); /* step is due by then; -1: no need */

/* Makes the descriptor readable after `delay_ms`, once; a step takes that away again. -1: not any more. One alarm. */
bool tether_session_alarm(tether_session *session, int64_t delay_ms);

/* Lets requests go out only within a lease, which ends in `left_ms`. No request begins when less than `least_ms` of
 * the lease are left, and none lasts beyond its end. Waiting requests go on when another call of this function
 * lengthens the lease. -1: no lease binds any more. */
void tether_session_lease(tether_session *session, int64_t left_ms, int64_t least_ms);

/* Whether the host must bring another token by tether_session_renew. */
bool tether_session_wants_token(const tether_session *session);

/* Another token from the host; the first one tells whose quota it is. As tether_auth_renew, and FILE_FAILED. */
bool tether_session_renew(tether_session *session, const char *token, int64_t expires_in_ms, tether_error *error);

/* The host has no other token. Every call that waits for one is settled with `error`. */
void tether_session_refuse(tether_session *session, const tether_error *error);
tether_auth *tether_session_auth(tether_session *session);
tether_watch *tether_session_watch(tether_session *session);

/* The account's day ends at `wall_ms` since 1970. */
void tether_session_day_ends(tether_session *session, int64_t wall_ms);

/* Whether so few calls of the day are left that the host should ask when the day ends. */
bool tether_session_day_is_low(tether_session *session);

/* Whether other processes share the quota. */
bool tether_session_is_shared(const tether_session *session);

/* The state of sharing the quota. */
tether_sharing tether_session_sharing(tether_session *session);

/* Why a quota that should be shared is this process's alone; "": nothing went wrong. Borrowed. */
const char *tether_session_unshared(const tether_session *session);

/* What is known of the account's limits; -1: nothing. */
typedef struct tether_standing {
  int64_t window_ms, window_most, window_left, daily, daily_left, day_ends_ms; /* day_ends_ms: since 1970 */
  int64_t skew_ms;                                                             /* the server's clock ahead of ours */
  bool skew_known;
  int64_t round_trip_ms; /* 0: unknown */
} tether_standing;
tether_standing tether_session_standing(tether_session *session);

#endif
