#include "core/session/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "core/http/address.h"
#include "core/pace/folder.h"
#include "core/session/inside.h"

/* Defaults of options. */
enum { CONCURRENCY = 8, CONNECT_TIMEOUT_MS = 10000, TIMEOUT_MS = 30000 };

/* When the day's budget is low, so that its end should be known: while a call is left to ask for it. */
enum {
  LOW_CALLS = 5, /* so few calls are left */
  LOW_PART = 20  /* or one part in so many of the day's calls */
};

/* -- opening and closing ------------------------------------------------------------------------------------------- */

static void hide_secrets(const void *auth, char *text, size_t length) { tether_auth_scrub(auth, text, length); }

static int grants_fd(const tether_session *session) {
  const tether_grants *grants = session->grants;
  return grants->kind->fd ? grants->kind->fd(grants) : -1;
}

static int64_t step_grants(tether_session *session, int64_t now_ms) {
  tether_grants *grants = session->grants;
  return grants->kind->step ? grants->kind->step(grants, now_ms) : -1;
}

/* Joins the others who share the quota. The quota is found by the token; while the host has not brought the first
 * token, the session sends nothing; it joins when the token comes. */
static bool open_share(tether_session *session, const tether_session_options *options, tether_error *error) {
  const char *secret = options->auth.refresh_token ? options->auth.refresh_token : options->auth.token;
  session->shares_nothing = !secret;
  if (!session->grants) session->grants = tether_grants_of_folder(options->share, error);
  if (!session->grants || !session->grants->kind->join(session->grants, session->url, secret ? secret : "", error))
    return false;
  int fd = grants_fd(session);
  return fd < 0 || tether_transport_watch(session->transport, fd) ||
         tether_fail(error, TETHER_NO_MEMORY, "the shared quota cannot be watched");
}

static bool open_parts(tether_session *session, const tether_session_options *options, tether_error *error) {
  tether_transport_options transport = options->transport;
  transport.connections = session->concurrency + TETHER_FOR_SINGLES;
  if (!transport.timeout_ms) transport.timeout_ms = TIMEOUT_MS;
  if (!transport.connect_timeout_ms) transport.connect_timeout_ms = CONNECT_TIMEOUT_MS;
  session->timeout_ms = transport.timeout_ms;
  session->transport = tether_transport_new(&transport, error);
  if (!session->transport) return false;
  session->auth = tether_auth_new(&options->auth, tether_clock_ms(), error);
  if (!session->auth) return false;
  session->url = tether_address_normal(options->transport.url); /* whose quota it is */
  if (!session->url) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a session");
  if (!open_share(session, options, error)) return false;
  session->watch = tether_watch_new(options->log, options->log_fd);
  if (session->watch) tether_watch_hide(session->watch, hide_secrets, session->auth);
  if (session->watch && options->unshared) tether_session_unshare(session, options->unshared);
  if (options->oauth_path) session->oauth_path = strdup(options->oauth_path);
  return (session->watch && (session->oauth_path || !options->oauth_path)) ||
         tether_fail(error, TETHER_NO_MEMORY, "no memory for a session");
}

tether_session *tether_session_new(const tether_session_options *options, tether_error *error) {
  tether_session *session = calloc(1, sizeof *session);
  if (!session) {
    if (options->grants) options->grants->kind->free(options->grants, false);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a session");
    return NULL;
  }
  session->grants = options->grants;
  session->concurrency = options->concurrency > 0 ? options->concurrency : CONCURRENCY;
  session->policy = (tether_retry_policy){options->retry_for_ms, options->retry_pause_ms};
  session->daily_reserve = options->daily_reserve;
  tether_budget_init(&session->budget, tether_clock_ms());
  if (getrandom(&session->random, sizeof session->random, 0) < 0) session->random = (uint64_t)tether_clock_wall_ms();
  if (open_parts(session, options, error)) return session;
  tether_session_free(session);
  return NULL;
}

void tether_session_free(tether_session *session) {
  if (!session) return;
  for (tether_call *call = session->calls.first[TETHER_IN_FLIGHT]; call; call = call->next)
    tether_session_release_slot(session, call, NULL);
  tether_transport_free(session->transport); /* before the bodies that it has borrowed */
  for (int place = 0; place < TETHER_PLACES; place++)
    while (session->calls.first[place]) {
      tether_call *call = session->calls.first[place];
      tether_calls_remove(&session->calls, call);
      tether_call_free(call);
    }
  tether_auth_free(session->auth);
  if (session->grants) session->grants->kind->free(session->grants, false);
  tether_watch_free(session->watch);
  free(session->oauth_path);
  free(session->url);
  free(session);
}

void tether_session_abandon(tether_session *session) {
  if (!session) return;
  tether_transport_abandon(session->transport);
  session->grants->kind->free(session->grants, true);
}

/* -- the front door ------------------------------------------------------------------------------------------------ */

static void wake_paused(tether_session *session, int64_t now_ms) {
  tether_call *call;
  tether_error error;
  while ((call = session->calls.first[TETHER_IN_PAUSE]) && call->due_ms <= now_ms) {
    if (!call->internal)
      tether_calls_return(&session->calls, call);
    else if (!tether_session_start(session, call, 0, &error))
      tether_session_lose_token(session, call, &error);
  }
}

/* Whether the host has something to take or to bring. */
static bool wants_host(const tether_session *session) {
  return (session->calls.first[TETHER_IN_SETTLED] && !session->takes_all) || tether_session_wants_token(session) ||
         tether_watch_has_events(session->watch);
}

/* Takes what the source of grants has heard since the last look, and notes whether the quota is still shared. */
static void hear_grants(tether_session *session, int64_t now_ms) {
  if (grants_fd(session) < 0) return;
  step_grants(session, now_ms);
  tether_session_tell_sharing(session);
}

/* Does all that can be done without the network, and sets the alarm for what comes next. A host that watches the
 * descriptor alone must find it readable as long as it has something to do; the system calls for that are made only for
 * such a host. */
static void advance(tether_session *session) {
  int64_t now_ms = tether_clock_ms(), again_ms = -1;
  hear_grants(session, now_ms);
  wake_paused(session, now_ms);
  if (tether_session_has_token(session, now_ms)) again_ms = tether_session_dispatch(session, now_ms);
  const tether_call *paused = session->calls.first[TETHER_IN_PAUSE];
  if (paused && (again_ms < 0 || paused->due_ms < again_ms)) again_ms = paused->due_ms;
  int64_t ask_ms = step_grants(session, now_ms); /* asks for what calls have wanted by now */
  if (ask_ms >= 0 && (again_ms < 0 || ask_ms < again_ms)) again_ms = ask_ms;
  if (session->watched && wants_host(session)) again_ms = now_ms;
  if (again_ms >= 0 && again_ms < now_ms) again_ms = now_ms;
  tether_transport_wake(session->transport, again_ms < 0 ? -1 : again_ms - now_ms);
}

/* Whether a request whose answer could not be read may be sent again, and when. It is judged as if the answer had been
 * lost on its way. */
static bool may_retry(tether_session *session, const tether_answer *after, tether_history *history, int64_t *due_ms,
                      tether_error *error) {
  tether_end end = {.status = after->status, .broken = true, .retry_after_ms = -1};
  return tether_session_decide(session, history, &end, due_ms) == TETHER_SEND_AGAIN ||
         tether_fail(error, TETHER_ANSWER_MALFORMED, "the answer cannot be read, after %d tries", after->attempts);
}

int64_t tether_session_submit(tether_session *session, const tether_request *request, tether_error *error) {
  tether_history history = tether_call_history(request);
  int64_t due_ms = 0;
  if (request->after && !may_retry(session, request->after, &history, &due_ms, error)) return 0;
  tether_call *call = tether_call_new(request, history, error);
  if (!call) return 0;
  int64_t ticket = call->ticket = ++session->last_ticket;
  call->asked_ms = tether_clock_ms();
  call->due_ms = due_ms;
  tether_calls_add(&session->calls, call, request->after ? TETHER_IN_PAUSE : call->lane);
  if (request->after) tether_session_tell_retry(session, call);
  advance(session);
  return ticket;
}

bool tether_session_step(tether_session *session, int64_t wait_ms, tether_error *error) {
  advance(session);
  if (session->calls.first[TETHER_IN_SETTLED] || tether_session_wants_token(session)) wait_ms = 0;
  if (wait_ms < 0 && tether_session_under_way(session) == 0) return true; /* nothing will ever move */
  if (!tether_transport_step(session->transport, wait_ms, error)) return false;
  for (tether_answer *answer; (answer = tether_transport_take(session->transport));) {
    tether_call *call = tether_calls_find(&session->calls, answer->ticket);
    if (call)
      tether_session_ended(session, call, answer);
    else
      tether_answer_free(answer);
  }
  advance(session);
  return true;
}

tether_answer *tether_session_take(tether_session *session) {
  tether_call *call = session->calls.first[TETHER_IN_SETTLED];
  if (!call) return NULL;
  tether_answer *answer = call->answer;
  call->answer = NULL;
  tether_calls_remove(&session->calls, call);
  tether_call_free(call);
  return answer;
}

/* Settles a call that the host gives up. False: it is answered already, or there is no memory for the answer. */
static bool cancel(tether_session *session, tether_call *call) {
  static const char text[] = "request %lld was given up";
  if (call->place != TETHER_IN_FLIGHT)
    return tether_session_give_up(session, call, TETHER_CANCELLED, text, (long long)call->ticket);
  tether_answer *answer = tether_transport_cancel(session->transport, call->ticket);
  if (!answer) return false;
  tether_session_release_slot(session, call, NULL);
  answer->in_doubt = call->history.repeat != TETHER_READS;
  tether_fail(&answer->error, TETHER_CANCELLED, text, (long long)call->ticket);
  tether_session_settle(session, call, answer);
  return true;
}

bool tether_session_cancel(tether_session *session, int64_t ticket) {
  tether_call *call = tether_calls_find(&session->calls, ticket);
  if (!call || call->internal || !cancel(session, call)) return false;
  advance(session);
  return true;
}

bool tether_session_cancel_all(tether_session *session) {
  bool fine = true;
  for (int place = 0; place < TETHER_IN_SETTLED; place++)
    for (tether_call *call = session->calls.first[place], *next; call; call = next) {
      next = call->next;
      if (!call->internal) fine &= cancel(session, call);
    }
  advance(session);
  return fine;
}

size_t tether_session_under_way(const tether_session *session) {
  size_t count = 0;
  for (int place = 0; place < TETHER_IN_SETTLED; place++) count += session->calls.count[place];
  return count;
}

int tether_session_fd(tether_session *session) {
  session->watched = true;
  advance(session);
  return tether_transport_fd(session->transport);
}

void tether_session_takes_all(tether_session *session) { session->takes_all = true; }

bool tether_session_alarm(tether_session *session, int64_t delay_ms) {
  return tether_transport_alarm(session->transport, delay_ms);
}

void tether_session_lease(tether_session *session, int64_t left_ms, int64_t least_ms) {
  session->is_leased = left_ms >= 0;
  session->lease_end_ms = tether_clock_boot_ms() + left_ms;
  session->lease_least_ms = least_ms;
  advance(session);
}

void tether_session_refuse(tether_session *session, const tether_error *error) {
  tether_auth_fail(session->auth, error);
  advance(session);
}

bool tether_session_renew(tether_session *session, const char *token, int64_t expires_in_ms, tether_error *error) {
  bool taken = tether_session_take_over(session, token, expires_in_ms, error);
  advance(session);
  return taken;
}

int64_t tether_session_ask_scopes(tether_session *session, tether_error *error) {
  int64_t ticket = tether_session_queue_scopes(session, error);
  advance(session);
  return ticket;
}

int64_t tether_session_timeout_ms(const tether_session *session) {
  if (wants_host(session)) return 0;
  return tether_transport_timeout_ms(session->transport);
}

tether_buffer tether_session_buffer(tether_session *session) { return tether_transport_buffer(session->transport); }

void tether_session_recycle(tether_session *session, tether_answer *answer) {
  tether_transport_recycle(session->transport, answer);
}

bool tether_session_wants_token(const tether_session *session) {
  bool anybody = false;
  for (int lane = 0; lane < TETHER_IN_FLIGHT; lane++) anybody |= session->calls.count[lane] > 0;
  return anybody && !tether_auth_is_oauth(session->auth) &&
         tether_auth_ask(session->auth, tether_clock_ms()) == TETHER_AUTH_WANTED;
}

bool tether_session_is_shared(const tether_session *session) {
  tether_sharing sharing;
  session->grants->kind->sharing(session->grants, &sharing);
  return sharing.through && !*session->unshared && !sharing.starting;
}

tether_sharing tether_session_sharing(tether_session *session) {
  tether_sharing sharing;
  hear_grants(session, tether_clock_ms());
  session->grants->kind->sharing(session->grants, &sharing);
  return sharing;
}

const char *tether_session_unshared(const tether_session *session) { return session->unshared; }

tether_auth *tether_session_auth(tether_session *session) { return session->auth; }

tether_watch *tether_session_watch(tether_session *session) { return session->watch; }

void tether_session_day_ends(tether_session *session, int64_t wall_ms) {
  session->grants->kind->day_ends(session->grants, tether_clock_ms() + wall_ms - tether_clock_wall_ms());
}

bool tether_session_day_is_low(tether_session *session) {
  tether_known known;
  if (!session->grants->kind->known(session->grants, &known, tether_clock_ms())) return false;
  int64_t left = known.daily_left - session->daily_reserve;
  return known.daily_left >= 0 && (left <= LOW_CALLS || left <= known.daily / LOW_PART);
}

tether_standing tether_session_standing(tether_session *session) {
  tether_standing standing = {
      .window_ms = -1, .window_most = -1, .window_left = -1, .daily = -1, .daily_left = -1, .day_ends_ms = -1};
  standing.skew_ms = session->skew_ms;
  standing.skew_known = session->skew_known;
  tether_known known;
  if (!session->grants->kind->known(session->grants, &known, tether_clock_ms())) return standing;
  standing.window_ms = known.window_ms;
  standing.window_most = known.window_most;
  standing.window_left = known.window_left;
  standing.daily = known.daily;
  standing.daily_left = known.daily_left;
  standing.round_trip_ms = known.round_trip_ms;
  if (known.day_end_ms) standing.day_ends_ms = tether_session_day_end_wall(known.day_end_ms);
  return standing;
}
