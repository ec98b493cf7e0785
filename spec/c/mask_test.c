/* What may stand in a log, and what a header line says. */
#include <string.h>

#include "check.h"
#include "core/http/hear.h"
#include "core/session/mask.h"
#include "holds.h"

static bool path_is(const char *path, const char *wanted) {
  tether_buffer out;
  tether_buffer_init(&out, 1000);
  bool fine = tether_mask_path(path, &out) && holds(&out, wanted);
  tether_buffer_free(&out);
  return fine;
}

static bool body_is(const char *body, const char *wanted) {
  tether_buffer out;
  tether_buffer_init(&out, 10000);
  bool fine = tether_mask_body(body, strlen(body), &out) && holds(&out, wanted);
  if (!fine) fprintf(stderr, "  %.*s\n", (int)out.length, out.data ? out.data : "");
  tether_buffer_free(&out);
  return fine;
}

static void paths_are_shown_without_their_query_and_keys(void) {
  CHECK(path_is("/crm/objects/2026-03/contacts/101", "/crm/objects/2026-03/contacts/101"));
  CHECK(path_is("/a/b?properties=email&after=5", "/a/b"));
  CHECK(path_is("/contacts/jane%40example.com", "/contacts/***"));
  CHECK(path_is("/contacts/jane@example.com/x", "/contacts/***/x"));
  CHECK(path_is("/contacts/4711?idProperty=erp_id", "/contacts/***"));
}

static void values_are_hidden_and_ids_shown(void) {
  CHECK(body_is("{\"id\":\"1\", \"properties\": {\"email\":\"x\",\"n\":5,\"o\":{\"a\":[true,null]}}}",
                "{\"id\":\"1\",\"properties\":{\"email\":\"***\",\"n\":\"***\",\"o\":{\"a\":[\"***\",\"***\"]}}}"));
  CHECK(body_is("{\"filters\":[{\"propertyName\":\"email\",\"operator\":\"EQ\",\"value\":\"a\"}]}",
                "{\"filters\":[{\"propertyName\":\"email\",\"operator\":\"EQ\",\"value\":\"***\"}]}"));
  CHECK(body_is("{\"inputs\":[{\"id\":\"a@b.c\"},{\"id\":\"7\"}]}", "{\"inputs\":[{\"id\":\"***\"},{\"id\":\"7\"}]}"));
  CHECK(body_is("{\"access_token\":\"secret\"}", "{\"access_token\":\"***\"}"));
  static const char *const secret[] = {"propertiesWithHistory", "values",   "highValue", "query",
                                       "access_token",          "id_token", "tokenKey",  "refresh_token",
                                       "client_secret"};
  for (size_t i = 0; i < sizeof secret / sizeof *secret; i++) {
    char body[100], wanted[100];
    snprintf(body, sizeof body, "{\"%s\":\"x\"}", secret[i]);
    snprintf(wanted, sizeof wanted, "{\"%s\":\"***\"}", secret[i]);
    CHECK(body_is(body, wanted));
  }
  CHECK(body_is("[{\"id\":\"12a\"},{\"id\":\"-1\"},{\"id\":\"1/2\"},{\"id\":\"1:2\"},{\"id\":\"019\"}]",
                "[{\"id\":\"***\"},{\"id\":\"***\"},{\"id\":\"***\"},{\"id\":\"***\"},{\"id\":\"019\"}]"));
  CHECK(body_is("", "(empty)"));
  CHECK(body_is("grant_type=x&client_secret=y", "(28 bytes, not JSON)"));
  CHECK(body_is("{\"properties\":{\"a\":\"b\"}", "(23 bytes, not JSON)"));
}

static void hear(tether_answer *answer, const char *line) { tether_hear(line, strlen(line), answer); }

static void headers_are_read_in_any_case(void) {
  static tether_answer answer;
  tether_hear_nothing(&answer.limits);
  hear(&answer, "X-HubSpot-RateLimit-Max: 190\r\n");
  hear(&answer, "x-hubspot-ratelimit-REMAINING:  7 \r\n");
  hear(&answer, "X-HubSpot-RateLimit-Interval-Milliseconds: 10000\r\n");
  hear(&answer, "X-HubSpot-RateLimit-Daily: 625000\r\n");
  hear(&answer, "X-HubSpot-RateLimit-Daily-Remaining: 624999\r\n");
  hear(&answer, "Retry-After: 12\r\n");
  hear(&answer, "X-HubSpot-Correlation-Id: abc\r\n");
  hear(&answer, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK(answer.limits.window_most == 190 && answer.limits.window_left == 7 && answer.limits.window_ms == 10000);
  CHECK(answer.limits.daily == 625000 && answer.limits.daily_left == 624999);
  CHECK(answer.limits.retry_after_ms == 12000 && answer.limits.date_ms == 784111777000);
  CHECK(strcmp(answer.correlation_id, "abc") == 0);
}

static void nonsense_says_nothing(void) {
  static tether_answer answer;
  tether_hear_nothing(&answer.limits);
  hear(&answer, "X-HubSpot-RateLimit-Max: -1\r\n");
  hear(&answer, "X-HubSpot-RateLimit-Remaining: 99999999999999999999\r\n");
  hear(&answer, "Retry-After: soon\r\n");
  hear(&answer, "Date:\r\n");
  hear(&answer, "");
  CHECK(answer.limits.window_most == -1 && answer.limits.window_left == -1);
  CHECK(answer.limits.retry_after_ms == -1 && answer.limits.date_ms == -1);
  hear(&answer, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  CHECK(answer.limits.retry_after_ms == 0);
}

int main(void) {
  paths_are_shown_without_their_query_and_keys();
  values_are_hidden_and_ids_shown();
  headers_are_read_in_any_case();
  nonsense_says_nothing();
  return failed != 0;
}
