/* A session beside a source of grants that counts: whatever becomes of a call, what it took is given back; and what is
 * told of a quota that is not shared. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "core/session/inside.h"

/* -- grants that count --------------------------------------------------------------------------------------------- */

static struct {
  tether_grants grants;
  int taken, answered, dropped, joined;
  char secret[20];    /* by which it was joined last */
  tether_known known; /* daily 0: nothing is known */
} counting;

static bool join(tether_grants *grants, const char *url, const char *secret, tether_error *error) {
  (void)grants, (void)url, (void)error;
  counting.joined++;
  snprintf(counting.secret, sizeof counting.secret, "%s", secret);
  return true;
}

static void expect(tether_grants *grants, const tether_waiting *waiting, int64_t now_ms) {
  (void)grants, (void)waiting, (void)now_ms;
}

static tether_verdict take(tether_grants *grants, const tether_ask *ask, int64_t now_ms, uint32_t *number,
                           int64_t *until_ms, tether_error *error) {
  (void)grants, (void)ask, (void)now_ms, (void)until_ms, (void)error;
  *number = (uint32_t)++counting.taken;
  return TETHER_GO;
}

static void answered(tether_grants *grants, uint32_t number, const tether_heard *heard, int64_t now_ms) {
  (void)grants, (void)heard, (void)now_ms;
  CHECK(number > 0);
  counting.answered++;
}

static void drop(tether_grants *grants, uint32_t number) {
  (void)grants;
  CHECK(number > 0);
  counting.dropped++;
}

static void day_ends(tether_grants *grants, int64_t at_ms) { (void)grants, (void)at_ms; }

static bool known(tether_grants *grants, tether_known *known, int64_t now_ms) {
  (void)grants, (void)now_ms;
  *known = counting.known;
  return known->daily > 0;
}

static void sharing(tether_grants *grants, tether_sharing *sharing) {
  (void)grants;
  *sharing = (tether_sharing){.where = "", .problem = ""};
}

static void free_grants(tether_grants *grants, bool abandon) { (void)grants, (void)abandon; }

static const tether_grants_kind KIND = {.join = join,
                                        .expect = expect,
                                        .take = take,
                                        .answered = answered,
                                        .drop = drop,
                                        .day_ends = day_ends,
                                        .known = known,
                                        .sharing = sharing,
                                        .free = free_grants};

/* -- sessions ------------------------------------------------------------------------------------------------------ */

static tether_error error;
static const char *token = "pat-1";

/* A session whose requests go nowhere: nobody listens there, and nothing is stepped. */
static tether_session *open_session(const char *ca_file, int log_fd) {
  memset(&counting, 0, sizeof counting);
  counting.grants.kind = &KIND;
  return tether_session_new(
      &(tether_session_options){.transport = {.url = "http://127.0.0.1:1", .authorities = {.file = ca_file}},
                                .auth = {.token = token, .by_host = true},
                                .concurrency = 2,
                                .grants = &counting.grants,
                                .log = log_fd < 0 ? TETHER_LOG_OFF : TETHER_LOG_INFO,
                                .log_fd = log_fd},
      &error);
}

static int64_t submit(tether_session *session) {
  return tether_session_submit(session, &(tether_request){.method = "GET", .path = "/1"}, &error);
}

static void a_cancelled_call_gives_its_slot_back(void) {
  tether_session *session = open_session(NULL, -1);
  int64_t ticket = submit(session);
  CHECK(ticket && counting.taken == 1 && counting.answered == 0);
  CHECK(tether_session_cancel(session, ticket) && counting.answered == 1 && counting.dropped == 0);
  tether_answer *answer = tether_session_take(session);
  CHECK(answer && answer->error.code == TETHER_CANCELLED);
  tether_answer_free(answer);
  tether_session_free(session);
  CHECK(counting.answered == 1);
}

static void a_closed_session_gives_all_slots_back(void) {
  tether_session *session = open_session(NULL, -1);
  for (int i = 0; i < 3; i++) CHECK(submit(session));
  tether_session_free(session);
  CHECK(counting.taken == 3 && counting.answered == 3);
}

/* libcurl takes no text of more than 8,000,000 bytes: such a request cannot even begin. */
static void a_call_that_cannot_be_sent_gives_its_slot_back(void) {
  enum { LENGTH = 8000001 };
  char *long_name = malloc(LENGTH + 1);
  memset(long_name, 'x', LENGTH);
  long_name[LENGTH] = '\0';
  tether_session *session = open_session(long_name, -1);
  int64_t ticket = submit(session);
  CHECK(counting.taken == 1 && counting.dropped == 1 && counting.answered == 0);
  tether_answer *answer = tether_session_take(session);
  CHECK(answer && answer->ticket == ticket && answer->error.code == TETHER_TLS_FAILED);
  tether_answer_free(answer);
  tether_session_free(session);
  free(long_name);
}

/* A loss is told once, in whatever words its reason is told later, and so is its end. */
static void a_loss_of_sharing_is_told_once(void) {
  static const char *const reasons[] = {"it is gone", "it is gone", "it cannot be reached", "", "", "it is gone"};
  char log[4000] = "";
  int ends[2], lines = 0;
  CHECK(pipe(ends) == 0);
  tether_session *session = open_session(NULL, ends[1]);
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) tether_session_unshare(session, reasons[i]);
  CHECK(read(ends[0], log, sizeof log - 1) > 0);
  for (const char *at = log; (at = strchr(at, '\n')); at++) lines++;
  CHECK(lines == 3 && !strstr(log, "reached") && strstr(log, "the quota is shared with other processes\n"));
  CHECK(strcmp(tether_session_unshared(session), "it is gone") == 0);
  tether_session_free(session);
  close(ends[0]);
  close(ends[1]);
}

/* Beside as many requests as it may have under way, a session has two places for single calls. */
static void single_calls_have_places_of_their_own(void) {
  tether_session *session = open_session(NULL, -1);
  for (int i = 0; i < 6; i++) CHECK(submit(session));
  tether_session_free(session);
}

/* The first token tells whose quota it is, also where the host brings it later; those that come after it are the same
 * account's. */
static void a_quota_is_joined_by_the_first_token(void) {
  for (int late = 0; late < 2; late++) {
    token = late ? NULL : "pat-1";
    tether_session *session = open_session(NULL, -1);
    CHECK(counting.joined == 1 && (*counting.secret == '\0') == late);
    CHECK(tether_session_renew(session, "pat-2", 0, &error) && tether_session_renew(session, "pat-3", 0, &error));
    CHECK(counting.joined == 1 + late && strcmp(counting.secret, late ? "pat-2" : "pat-1") == 0);
    tether_session_free(session);
  }
  token = "pat-1";
}

/* Few calls are left, or a small part of the day's. */
static void a_day_is_low_by_number_or_by_part(void) {
  static const struct {
    int64_t daily, left;
    bool low;
  } days[] = {{1000, 50, true}, {1000, 51, false}, {10, 5, true}, {10, 6, false}, {1000, -1, false}, {0, 0, false}};
  tether_session *session = open_session(NULL, -1);
  for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
    counting.known = (tether_known){.daily = days[i].daily, .daily_left = days[i].left};
    CHECK(tether_session_day_is_low(session) == days[i].low);
  }
  tether_session_free(session);
}

int main(void) {
  single_calls_have_places_of_their_own();
  a_quota_is_joined_by_the_first_token();
  a_day_is_low_by_number_or_by_part();
  a_cancelled_call_gives_its_slot_back();
  a_closed_session_gives_all_slots_back();
  a_call_that_cannot_be_sent_gives_its_slot_back();
  a_loss_of_sharing_is_told_once();
  return failed != 0;
}
