#include <limits.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/session/inside.h"

enum {
  BULK_PATIENCE_MS = 2000, /* a batch lets single calls go first for so long; then it goes before them */
  BULK_PART = 4,           /* of so many places in flight, one is kept for batches that wait */
  GRACE_MS = 5000,         /* so long after its timeout a request has certainly ended, and its slot is free */
  PATIENCE_MS = 60000      /* the quota's window is waited for at least so long, whatever retry_for says */
};

static void tell_request(tether_session *session, const tether_call *call) {
  tether_seen seen = tether_session_seen(call, TETHER_ON_REQUEST);
  seen.attempt++;
  tether_watch_tell(session->watch, &seen);
}

static void begin_wait(tether_session *session, int64_t now_ms, int64_t until_ms) {
  if (session->waiting_since_ms) return;
  session->waiting_since_ms = now_ms;
  tether_watch_tell(session->watch, &(tether_seen){.moment = TETHER_ON_WAIT,
                                                   .operation = "",
                                                   .method = "",
                                                   .path = "",
                                                   .correlation_id = "",
                                                   .wait_ms = until_ms - now_ms,
                                                   .window_left = -1,
                                                   .daily_left = -1});
}

static void end_wait(tether_session *session, int64_t now_ms) {
  if (session->waiting_since_ms) tether_watch_waited(session->watch, now_ms - session->waiting_since_ms);
  session->waiting_since_ms = 0;
}

static bool settle_day_over(tether_session *session, tether_call *call) {
  char when[TETHER_CLOCK_ISO + 16] = "at midnight in the account's time zone";
  tether_known known = {.daily_left = 0};
  session->grants->kind->known(session->grants, &known, tether_clock_ms());
  if (known.day_end_ms) tether_clock_iso(tether_session_day_end_wall(known.day_end_ms), when);
  return tether_session_give_up(
      session, call, TETHER_DAILY_LIMIT,
      "%lld calls of the day are left, and %lld are kept for others: not sent; the day ends %s",
      (long long)known.daily_left, (long long)session->daily_reserve, when);
}

/* Whether the account has asked for a longer pause than a request may take. The call then fails instead of waiting. */
static bool is_too_long(const tether_session *session, int64_t wait_ms) {
  return wait_ms > (session->policy.total_ms > PATIENCE_MS ? session->policy.total_ms : PATIENCE_MS);
}

static bool settle_blocked(tether_session *session, tether_call *call, int64_t wait_ms) {
  return tether_session_give_up(session, call, TETHER_RATE_LIMITED,
                                "the account has asked for a pause, and %lld seconds of it are left: not sent",
                                (long long)(wait_ms / 1000));
}

int64_t tether_session_lease_left(const tether_session *session) {
  if (!session->is_leased) return -1;
  int64_t left_ms = session->lease_end_ms - tether_clock_boot_ms();
  return left_ms > 0 && left_ms >= session->lease_least_ms ? left_ms : 0;
}

bool tether_session_start(tether_session *session, tether_call *call, uint32_t slot, tether_error *error) {
  int64_t left_ms = call->internal || call->bare ? -1 : tether_session_lease_left(session);
  tether_sending sending = {
      .ticket = call->ticket,
      .method = call->method,
      .path = call->path,
      .body = call->body.length ? &call->body : NULL,
      .headers = call->internal || call->bare ? tether_auth_bare(session->auth) : tether_auth_headers(session->auth),
      .content = call->content,
      .most_ms = left_ms > 0    ? left_ms
                 : left_ms == 0 ? 1
                                : 0,
      .once = call->history.repeat == TETHER_CREATES || call->history.repeat == TETHER_MAILS,
      .reads_links = call->reads_links,
  };
  if (!tether_transport_start(session->transport, &sending, error)) return false;
  call->slot = slot;
  call->generation = tether_auth_generation(session->auth);
  if (call->history.attempts == 0 && !call->history.first_ms) call->history.first_ms = tether_clock_ms();
  tether_calls_move(&session->calls, call, TETHER_IN_FLIGHT);
  tell_request(session, call);
  return true;
}

/* Remembers since when a batch waits; answers whether that is long enough for it to go before single calls. */
static bool bulk_is_due(tether_session *session, int64_t now_ms) {
  if (!session->calls.first[TETHER_IN_BULK])
    session->bulk_waits_since_ms = 0;
  else if (!session->bulk_waits_since_ms)
    session->bulk_waits_since_ms = now_ms;
  return session->bulk_waits_since_ms && now_ms - session->bulk_waits_since_ms >= BULK_PATIENCE_MS;
}

/* How long a call may wait for a source of grants that cannot be asked: as long as its retries may last, and an attempt
 * at least. */
static int64_t own_time(const tether_session *session) {
  return session->policy.total_ms > session->timeout_ms ? session->policy.total_ms : session->timeout_ms;
}

/* Sends one call, if the quota lets it. */
static tether_verdict try_call(tether_session *session, tether_call *call, int64_t now_ms, int64_t *until_ms,
                               tether_error *error) {
  tether_ask ask = {.search = call->lane == TETHER_IN_SEARCHES,
                    .lane = call->lane == TETHER_IN_BULK ? TETHER_BULK : TETHER_SINGLE,
                    .due = call->lane == TETHER_IN_BULK && bulk_is_due(session, now_ms),
                    .reserve = session->daily_reserve,
                    .deadline_ms = now_ms + session->timeout_ms + GRACE_MS,
                    .owner = getpid(),
                    .asked_ms = call->asked_ms,
                    .begun_ms = call->history.first_ms,
                    .patience_ms = own_time(session)};
  uint32_t slot = 0;
  const tether_grants_kind *grants = session->grants->kind;
  tether_verdict verdict = grants->take(session->grants, &ask, now_ms, &slot, until_ms, error);
  if (verdict == TETHER_GO && !tether_session_start(session, call, slot, error)) {
    grants->drop(session->grants, slot);
    verdict = tether_session_give_up(session, call, error->code, "%s", error->text) ? TETHER_GO : TETHER_WAIT;
  }
  tether_session_tell_sharing(session);
  if (verdict == TETHER_REFUSED)
    return tether_session_give_up(session, call, error->code, "%s", error->text) ? verdict : TETHER_WAIT;
  if (verdict == TETHER_WAIT && is_too_long(session, *until_ms - now_ms) &&
      settle_blocked(session, call, *until_ms - now_ms))
    return TETHER_DAY_OVER;
  if (verdict == TETHER_DAY_OVER && !settle_day_over(session, call)) return TETHER_WAIT;
  return verdict;
}

/* A call without a token is counted by no account. */
static tether_verdict try_bare(tether_session *session, tether_call *call, tether_error *error) {
  if (tether_session_start(session, call, 0, error)) return TETHER_GO;
  return tether_session_give_up(session, call, error->code, "%s", error->text) ? TETHER_GO : TETHER_WAIT;
}

static int bulk_in_flight(const tether_session *session) {
  int count = 0;
  for (const tether_call *call = session->calls.first[TETHER_IN_FLIGHT]; call; call = call->next)
    count += call->lane == TETHER_IN_BULK;
  return count;
}

/* Single calls have places that batches leave free, and leave some themselves to batches that wait: neither can keep
 * the other out. */
static bool has_room(const tether_session *session, tether_place lane) {
  int most = session->concurrency + TETHER_FOR_SINGLES, in_flight = tether_transport_in_flight(session->transport);
  int share = session->concurrency < BULK_PART ? 1 : session->concurrency / BULK_PART;
  if (lane == TETHER_IN_BULK)
    return in_flight < session->concurrency || (in_flight < most && bulk_in_flight(session) < share);
  if (!session->calls.first[TETHER_IN_BULK]) return in_flight < most;
  return in_flight - bulk_in_flight(session) < most - share;
}

/* Sends up to `most` calls of a lane; answers when to look again, -1: no need. */
static int64_t dispatch_lane(tether_session *session, tether_place lane, int most, int64_t now_ms) {
  tether_call *call;
  tether_error error;
  while (most-- > 0 && (call = session->calls.first[lane]) && has_room(session, lane)) {
    if (tether_session_lease_left(session) == 0) return -1; /* tether_session_lease looks again */
    int64_t until_ms = 0;
    tether_verdict verdict =
        call->bare ? try_bare(session, call, &error) : try_call(session, call, now_ms, &until_ms, &error);
    if (verdict == TETHER_WAIT) return until_ms;
    if (lane == TETHER_IN_BULK) session->bulk_waits_since_ms = 0;
    end_wait(session, now_ms);
  }
  return -1;
}

static int64_t sooner(int64_t one_ms, int64_t other_ms) {
  if (one_ms < 0 || other_ms < 0) return one_ms < 0 ? other_ms : one_ms;
  return one_ms < other_ms ? one_ms : other_ms;
}

static void expect(tether_session *session, int64_t now_ms) {
  const tether_waiting waiting = {session->calls.count[TETHER_IN_SINGLES], session->calls.count[TETHER_IN_SEARCHES],
                                  session->calls.count[TETHER_IN_BULK]};
  session->grants->kind->expect(session->grants, &waiting, now_ms);
}

int64_t tether_session_dispatch(tether_session *session, int64_t now_ms) {
  expect(session, now_ms);
  static const tether_place lanes[] = {TETHER_IN_SINGLES, TETHER_IN_SEARCHES, TETHER_IN_BULK};
  int64_t again_ms = bulk_is_due(session, now_ms) ? dispatch_lane(session, TETHER_IN_BULK, 1, now_ms) : -1;
  for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
    again_ms = sooner(again_ms, dispatch_lane(session, lanes[i], INT_MAX, now_ms));
  if (again_ms >= 0) begin_wait(session, now_ms, again_ms);
  return again_ms;
}
