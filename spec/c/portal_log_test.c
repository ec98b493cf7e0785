/* The portal's log: how many requests it keeps, of how many bytes, and what of them it does not keep. */
#define _GNU_SOURCE /* memmem */
#include "portal/lab/log.h"

#include <string.h>

#include "check.h"

static const char token[] = "pat-na1-secret";

static void add(portal_log *log, const char *body, bool secret) {
  portal_request request = {.method = "POST",
                            .target = "/x",
                            .operation = "x",
                            .body = body,
                            .length = strlen(body),
                            .secret = secret,
                            .headers = {{"Authorization", "Bearer pat-na1-secret"}, {"A", "b"}},
                            .header_count = 2};
  portal_answer answer = {.status = 200};
  portal_log_add(log, &request, &answer, token);
}

/* The number of the first entry that is kept. */
static int64_t first_number(const portal_log *log) {
  portal_entry entry = {.number = 0};
  if (!portal_log_copy(log, 0, &entry)) return 0;
  int64_t number = entry.number;
  portal_entry_free(&entry);
  return number;
}

static void bounded_in_number(void) {
  portal_log *log = portal_log_new(3, 1000);
  for (int i = 1; i <= 10; i++) {
    add(log, "{}", false);
    CHECK(portal_log_count(log) == (i < 3 ? (size_t)i : 3) && first_number(log) == (i < 3 ? 1 : i - 2));
  }
  portal_log_clear(log);
  CHECK(portal_log_count(log) == 0 && portal_log_last(log) == 10);
  add(log, "{}", false);
  CHECK(portal_log_count(log) == 1 && first_number(log) == 11);
  portal_log_free(log);
}

/* An entry has 10 bytes beside its body: POST, /x and a header. */
static void bounded_in_bytes(void) {
  char body[101];
  memset(body, 'x', sizeof body);
  body[90] = '\0';
  portal_log *log = portal_log_new(1000, 350);
  for (int i = 1; i <= 50; i++) add(log, body, false);
  CHECK(portal_log_count(log) == 3 && first_number(log) == 48);
  add(log, "", false); /* there is room for it */
  CHECK(portal_log_count(log) == 4 && first_number(log) == 48);
  portal_log_clear(log);
  for (int i = 1; i <= 3; i++) add(log, body, false);
  CHECK(portal_log_count(log) == 3);
  portal_log_free(log);
  log = portal_log_new(10, 50);
  add(log, body, false); /* more than all it keeps: counted only */
  CHECK(portal_log_count(log) == 0 && portal_log_last(log) == 1);
  portal_log_free(log);
}

static void no_secrets(void) {
  portal_log *log = portal_log_new(10, 1000);
  add(log, "client_secret=s3cret", true);
  add(log, "a pat-na1-secret b", false);
  portal_entry entry = {.number = 0};
  CHECK(portal_log_copy(log, 0, &entry));
  CHECK(entry.length == 0 && strstr(entry.headers, "A: b") && !strstr(entry.headers, "Bearer"));
  portal_entry_free(&entry);
  CHECK(portal_log_copy(log, 1, &entry));
  CHECK(entry.length == 18 && entry.body[0] == 'a' && entry.body[17] == 'b');
  CHECK(!memmem(entry.body, entry.length, "secret", 6));
  portal_entry_free(&entry);
  CHECK(!portal_log_copy(log, 2, &entry));
  portal_log_free(log);
}

int main(void) {
  bounded_in_number();
  bounded_in_bytes();
  no_secrets();
  return failed != 0;
}
