/* What came back against what was sent: decode and reconcile together, since only both say what became of a row. */
#include "core/links/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/wire/decode.h"
#include "core/wire/encode.h"

enum { ROWS = 4 };

/* 101-9001, 102-9001, 102-9002, 103-9003: a batch in which ids repeat. */
static tether_links *four_links(void) {
  static const int64_t pairs[ROWS][2] = {{101, 9001}, {102, 9001}, {102, 9002}, {103, 9003}};
  tether_links *links = tether_links_new();
  for (int i = 0; i < ROWS; i++) CHECK(tether_links_add(links, pairs[i][0], pairs[i][1], 0, NULL));
  return links;
}

static tether_sides sides(void) {
  return (tether_sides){tether_object_type_find("contact", 7), tether_object_type_find("company", 7), "0-1", "0-2"};
}

/* One letter a row: L, R, U(nknown), P(ending); the answer is read from memory of exactly its size. What was sent may
 * be known or not. */
static void states_of(const char *body, long status, tether_confirming confirming, bool known, char states[ROWS + 1]) {
  tether_links *links = four_links();
  tether_asked asked = {.sides = sides()};
  tether_buffer sent;
  tether_buffer_init(&sent, 4096);
  CHECK(tether_encode_pairs(links, (tether_rows){NULL, 0, ROWS}, &sent, NULL));
  if (known) asked.body = (tether_slice){sent.data, sent.length};
  tether_outcome *outcome = tether_outcome_new(ROWS);
  tether_report report;
  tether_error error;
  size_t length = strlen(body);
  char *exact = malloc(length ? length : 1);
  memcpy(exact, body, length);
  tether_report_init(&report);
  states[0] = '\0';
  if (tether_decode_answer(exact, length, status, asked, &report, &error)) {
    CHECK(tether_outcome_reconcile(outcome, links, (tether_rows){NULL, 0, ROWS}, &report, confirming,
                                   status >= 200 && status < 300, &error));
    for (size_t i = 0; i < ROWS; i++) states[i] = "PL=RU"[tether_outcome_state(outcome, i)];
    states[ROWS] = '\0';
  } else {
    CHECK(error.code == TETHER_ANSWER_MALFORMED);
  }
  free(exact);
  tether_buffer_free(&sent);
  tether_report_free(&report);
  tether_outcome_free(outcome);
  tether_links_free(links);
}

static void expect(const char *wanted, const char *body, long status, tether_confirming confirming) {
  for (int known = 0; known < 2; known++) {
    char states[ROWS + 1];
    states_of(body, status, confirming, known, states);
    if (strcmp(states, wanted) == 0) continue;
    fprintf(stderr, "%s wanted, %s came for %s, sent %s\n", wanted, states, body, known ? "known" : "unknown");
    failed++;
  }
}

#define PAIR(from, to) "{\"fromObjectId\":" #from ",\"toObjectId\":" #to ",\"labels\":[\"x\"]}"

static void each_confirmed_row_is_linked_and_no_other(void) {
  expect("LLLL",
         "{\"status\":\"COMPLETE\",\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "," PAIR(102, 9002) "," PAIR(
             103, 9003) "]}",
         201, TETHER_NAMES_EACH);
  expect("LLLL", "{\"results\":[" PAIR(103, 9003) "," PAIR(102, 9002) "," PAIR(101, 9001) "," PAIR(102, 9001) "]}", 200,
         TETHER_NAMES_EACH);
  expect("LUUL", "{\"results\":[" PAIR(101, 9001) "," PAIR(103, 9003) "," PAIR(7, 8) "]}", 201, TETHER_NAMES_EACH);
  expect("UUUU", "{\"status\":\"COMPLETE\",\"results\":[]}", 201, TETHER_NAMES_EACH);
  expect("UUUU", "", 204, TETHER_NAMES_EACH);
  expect("LUUU",
         "{\"results\":[{\"from\":{\"id\":\"9001\"},\"to\":{\"id\":\"101\"}},"
         "{\"from\":{\"id\":\"101\"},\"to\":{\"id\":\"9001\"}}]}",
         200, TETHER_NAMES_EACH);
}

static void a_complaint_rejects_the_row_that_it_names(void) {
  expect("LLRL",
         "{\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "," PAIR(
             103, 9003) "],\"numErrors\":1,\"errors\":["
                        "{\"status\":\"error\",\"category\":\"VALIDATION_ERROR\",\"message\":\"no\","
                        "\"context\":{\"fromObjectId\":[\"102\"],\"toObjectId\":[\"9002\"]}}]}",
         207, TETHER_NAMES_EACH);
  /* one side only: the confirmed row of the same record stays linked */
  expect("LLRL",
         "{\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "," PAIR(
             103, 9003) "],\"errors\":["
                        "{\"message\":\"no\",\"context\":{\"fromObjectId\":[\"102\"]}}]}",
         207, TETHER_NAMES_EACH);
  /* the ids of several pairs in one complaint: what is confirmed among their combinations stays linked */
  expect("RLRL",
         "{\"results\":[" PAIR(102, 9001) "," PAIR(
             103, 9003) "],\"errors\":[{\"message\":\"no\",\"context\":{"
                        "\"fromObjectId\":[\"101\",\"102\"],\"toObjectId\":[\"9001\",\"9002\"]}}]}",
         207, TETHER_NAMES_EACH);
  expect("LPPP", "{\"results\":[" PAIR(101, 9001) "],\"errors\":[{\"message\":\"somebody failed\"}]}", 207,
         TETHER_NAMES_EACH);
  /* both sides are named, and no row has both: nobody is blamed for one of them */
  expect("LLLL",
         "{\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "," PAIR(102, 9002) "," PAIR(
             103, 9003) "],\"errors\":[{\"message\":\"no\",\"context\":{"
                        "\"fromObjectId\":[\"101\"],\"toObjectId\":[\"9002\"]}}]}",
         207, TETHER_NAMES_EACH);
  /* a pair that was not sent: neither the rows of its from side nor those of its to side are rejected for it */
  expect("LPPP",
         "{\"results\":[" PAIR(101, 9001) "],\"errors\":[{\"message\":\"no\",\"context\":{"
                                          "\"fromObjectId\":[\"101\"],\"toObjectId\":[\"9002\"]}}]}",
         207, TETHER_NAMES_EACH);
  expect("LURU",
         "{\"results\":[" PAIR(101, 9001) "],\"errors\":[{\"message\":\"no\",\"context\":{"
                                          "\"fromObjectId\":[\"102\"],\"toObjectId\":[\"9002\"]}}]}",
         207, TETHER_NAMES_EACH);
}

static void a_refused_request_rejects_what_it_names_and_leaves_the_rest(void) {
  expect("PRRP",
         "{\"status\":\"error\",\"message\":\"One or more associations are invalid\",\"correlationId\":\"c\","
         "\"context\":{\"INVALID_OBJECT_IDS\":[\"CONTACT=102 is not valid\"]},\"category\":\"VALIDATION_ERROR\"}",
         400, TETHER_NAMES_EACH);
  /* a body that breaks off behind an error that names a row has named nobody */
  expect("", "{\"errors\":[{\"message\":\"no\",\"context\":{\"fromObjectId\":[\"102\"]}},", 207, TETHER_NAMES_EACH);
  expect("PPPP", "{\"context\":{\"INVALID_OBJECT_IDS\":[\"COMPANY=102 is not valid\"]},\"message\":\"x\"}", 400,
         TETHER_NAMES_EACH);
  expect("PPPP", "<html>502</html>", 502, TETHER_NAMES_EACH);
  expect("PPPP", "", 400, TETHER_NAMES_EACH);
  expect("PPPP", "{\"message\":\"no\",\"fromObjectId\":101,\"toObjectId\":9001,\"results\":[" PAIR(102, 9001) "]}", 400,
         TETHER_NAMES_EACH);
}

static void what_contradicts_itself_or_is_not_finished_is_unknown(void) {
  expect("LURL",
         "{\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "," PAIR(
             103, 9003) "],\"errors\":["
                        "{\"message\":\"no\",\"context\":{\"fromObjectId\":[\"102\"],\"toObjectId\":[\"9001\"]}},"
                        "{\"message\":\"no\",\"context\":{\"fromObjectId\":[\"102\"],\"toObjectId\":[\"9002\"]}}]}",
         207, TETHER_NAMES_EACH);
  expect("UUUU", "{\"status\":\"PENDING\",\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "]}", 200,
         TETHER_NAMES_EACH);
  expect("UUUU", "{\"results\":[],\"errors\":[5]}", 207, TETHER_NAMES_EACH);
  expect("UUUU", "{\"results\":[],\"errors\":{\"a\":1}}", 207, TETHER_NAMES_EACH);
}

#define TYPED(from_type, to_type)                                                                                      \
  "{\"fromObjectTypeId\":\"" from_type "\",\"fromObjectId\":101,\"toObjectTypeId\":\"" to_type                         \
  "\",\"toObjectId\":9001,\"labels\":[]}"

static void another_object_type_is_another_pair(void) {
  expect("LUUU", "{\"results\":[" TYPED("0-1", "0-2") "]}", 201, TETHER_NAMES_EACH);
  expect("UUUU", "{\"results\":[" TYPED("0-1", "0-3") "," TYPED("0-5", "0-2") "]}", 201, TETHER_NAMES_EACH);
  expect("LUUU", "{\"results\":[" TYPED("0-1", "0-3") "," TYPED("0-1", "0-2") "]}", 201, TETHER_NAMES_EACH);
}

/* The answers to single writes have no list: they name the pair themselves, or are the record with its links. */
static void a_pair_that_the_body_names_is_linked(void) {
  expect("LUUU", TYPED("0-1", "0-2"), 201, TETHER_NAMES_EACH);
  expect("UUUU", TYPED("0-1", "0-3"), 201, TETHER_NAMES_EACH);
  expect("ULLU",
         "{\"associations\":{\"companies\":{\"results\":[{\"id\":\"9001\"},{\"id\":\"9002\"},5]}},\"id\":\"102\"}", 200,
         TETHER_NAMES_EACH);
  expect("UUUU", "{\"id\":\"102\",\"associations\":5}", 200, TETHER_NAMES_EACH);
  expect("UUUU", "{\"id\":\"102\",\"associations\":{\"companies\":5,\"deals\":{\"results\":7}}}", 200,
         TETHER_NAMES_EACH);
  expect("UUUU", "{}", 200, TETHER_NAMES_EACH);
}

static void a_removal_needs_an_answer(void) {
  expect("UUUU", "{}", 200, TETHER_NAMES_NONE);
  expect("UUUU", "{\"error\":\"please log in\"}", 200, TETHER_NAMES_NONE);
  expect("UUUU", "{\"status\":5,\"results\":null}", 200, TETHER_NAMES_NONE);
  expect("UUUU", "{\"results\":[],\"errors\":\"no\"}", 200, TETHER_NAMES_NONE);
  expect("LLLL", "{\"results\":[],\"errors\":null}", 200, TETHER_NAMES_NONE);
}

static void a_removal_is_done_when_nobody_complains(void) {
  expect("LLLL", "", 204, TETHER_NAMES_NONE);
  expect("LLLL", "{\"status\":\"COMPLETE\",\"results\":[]}", 200, TETHER_NAMES_NONE);
  expect("LRRL", "{\"errors\":[{\"message\":\"no\",\"context\":{\"fromObjectId\":[\"102\"]}}]}", 207,
         TETHER_NAMES_NONE);
  expect("UUUU", "{\"status\":\"COMPLETE\",\"numErrors\":2}", 200, TETHER_NAMES_NONE);
  expect("UUUU", "{\"status\":\"PROCESSING\",\"results\":[]}", 200, TETHER_NAMES_NONE);
}

/* Of several complaints about nobody that is known the first is told. */
static void the_first_complaint_about_nobody_is_told(void) {
  static const char body[] = "{\"errors\":[{\"message\":\"first\"},{\"message\":\"second\"}]}";
  tether_links *links = four_links();
  tether_outcome *outcome = tether_outcome_new(ROWS);
  tether_report report;
  tether_reason reason;
  tether_report_init(&report);
  CHECK(tether_decode_answer(body, sizeof body - 1, 207, (tether_asked){.sides = sides()}, &report, NULL));
  CHECK(tether_outcome_reconcile(outcome, links, (tether_rows){NULL, 0, 1}, &report, TETHER_NAMES_NONE, true, NULL));
  CHECK(tether_outcome_reason(outcome, 0, &reason) && strcmp(reason.message, "first") == 0);
  tether_report_free(&report);
  tether_outcome_free(outcome);
  tether_links_free(links);
}

static void a_cut_success_settles_nothing(void) {
  static const char body[] = "{\"status\":\"COMPLETE\",\"results\":[" PAIR(101, 9001) "," PAIR(102, 9001) "]}";
  char cut[sizeof body], states[ROWS + 1];
  for (size_t length = 1; length < sizeof body - 1; length++) {
    memcpy(cut, body, length);
    cut[length] = '\0';
    states_of(cut, 201, TETHER_NAMES_EACH, length % 2, states);
    CHECK(states[0] == '\0');
  }
}

static void reasons_are_told(void) {
  tether_links *links = four_links();
  tether_outcome *outcome = tether_outcome_new(ROWS);
  tether_report report;
  tether_reason reason;
  static const char body[] = "{\"category\":\"RATE_LIMITS\",\"policyName\":\"DAILY\",\"message\":\"You \\u00e9\","
                             "\"correlationId\":\"c-1\"}";
  tether_report_init(&report);
  CHECK(tether_decode_answer(body, sizeof body - 1, 429, (tether_asked){.sides = sides()}, &report, NULL) &&
        report.complaint_count == 1);
  CHECK(report.complaints[0].code == TETHER_DAILY_LIMIT);
  CHECK(strcmp(tether_report_text(&report, report.complaints[0].message), "You \xC3\xA9") == 0);
  static const char invalid[] = "{\"errors\":[{\"context\":{\"INVALID_OBJECT_IDS\":[\"CONTACT=5 is not valid\"]},"
                                "\"message\":\"bad\"}]}";
  tether_report_clear(&report);
  CHECK(tether_decode_answer(invalid, sizeof invalid - 1, 207, (tether_asked){.sides = sides()}, &report, NULL) &&
        report.complaint_count == 1);
  CHECK(strcmp(tether_report_text(&report, report.complaints[0].message), "bad: CONTACT=5 is not valid") == 0);
  CHECK(tether_outcome_settle(outcome, (tether_rows){NULL, 1, 2}, TETHER_REJECTED,
                              &(tether_reason){TETHER_INVALID, "C", "", "why", "id", "op", 400, 2}, NULL));
  CHECK(tether_outcome_reason(outcome, 2, &reason) && reason.code == TETHER_INVALID && !strcmp(reason.message, "why"));
  CHECK(!tether_outcome_reason(outcome, 0, &reason) && tether_outcome_count(outcome, TETHER_PENDING) == 2);
  tether_report_free(&report);
  tether_outcome_free(outcome);
  tether_links_free(links);
}

int main(void) {
  each_confirmed_row_is_linked_and_no_other();
  a_complaint_rejects_the_row_that_it_names();
  a_refused_request_rejects_what_it_names_and_leaves_the_rest();
  what_contradicts_itself_or_is_not_finished_is_unknown();
  another_object_type_is_another_pair();
  a_pair_that_the_body_names_is_linked();
  a_removal_needs_an_answer();
  a_removal_is_done_when_nobody_complains();
  a_cut_success_settles_nothing();
  reasons_are_told();
  the_first_complaint_about_nobody_is_told();
  return failed != 0;
}
