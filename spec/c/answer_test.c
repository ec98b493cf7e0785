/* What an answer says: the code that its words stand for, the side of each id that it names, what half of one is worth.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/wire/decode.h"
#include "core/wire/reading.h"

static tether_report report;

static bool read(const char *body, long status, const char *from, const char *to) {
  tether_sides sides = {tether_object_type_find(from, strlen(from)), tether_object_type_find(to, strlen(to)), "0-1",
                        strcmp(from, to) ? "0-2" : "0-1"};
  tether_error error;
  size_t length = strlen(body);
  char *exact = malloc(length ? length : 1);
  memcpy(exact, body, length);
  tether_report_init(&report);
  bool fine = tether_decode_answer(exact, length, status, (tether_asked){.sides = sides}, &report, &error);
  free(exact);
  return fine;
}

/* The side of the only id that a context names: one letter, or what is wrong. */
static char side_of(const char *context, const char *from, const char *to) {
  char body[400];
  snprintf(body, sizeof body, "{\"message\":\"no\",\"subCategory\":\"%s\",\"context\":{%s}}", "x", context);
  bool fine = read(body, 400, from, to) && report.named_count == 1 && report.named[0].id == 5;
  char side = fine ? "EFT"[report.named[0].side] : '?';
  tether_report_free(&report);
  return side;
}

static void an_id_has_the_side_that_its_words_say(void) {
  static const struct {
    const char *context;
    char of_two, of_one; /* where the sides have two types, and where they have one */
  } contexts[] = {
      {"\"fromObjectId\":[\"5\"]", 'F', 'F'},
      {"\"fromObjectIds\":[\"5\"]", 'F', 'F'},
      {"\"toObjectId\":[\"5\"]", 'T', 'T'},
      {"\"toObjectIds\":[\"5\"]", 'T', 'T'},
      {"\"objectId\":[\"5\"]", 'E', 'E'},
      {"\"id\":[\"5\"]", 'E', 'E'},
      {"\"ids\":[\"5\"]", 'E', 'E'},
      {"\"ids\":\"5\"", 'E', 'E'},
      {"\"INVALID_OBJECT_IDS\":[\"CONTACT=5 is not valid\"]", 'F', 'E'},
      {"\"INVALID_OBJECT_IDS\":[\"COMPANY=5 is not valid\"]", 'T', 'E'},
      {"\"INVALID_OBJECT_IDS\":[\"DEAL=5 is not valid\"]", 'E', 'E'},
      {"\"objectType\":[\"contact\"],\"id\":[\"5\"]", 'F', 'E'},
      {"\"objectType\":[\"company\"],\"id\":[\"5\"]", 'T', 'E'},
      {"\"objectType\":[\"contact\",\"company\"],\"id\":[\"5\"]", 'E', 'E'},
      {"\"objectType\":[\"contact\"],\"toObjectId\":[\"5\"]", 'T', 'T'},
  };
  for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
    CHECK(side_of(contexts[i].context, "contact", "company") == contexts[i].of_two);
    CHECK(side_of(contexts[i].context, "contact", "contact") == contexts[i].of_one);
    if (failed) fprintf(stderr, "%s\n", contexts[i].context);
  }
}

static void a_status_has_its_code_whatever_it_says(void) {
  static const struct {
    long status;
    const char *word, *policy, *message;
    tether_code code;
  } cases[] = {
      {400, "", "", "", TETHER_INVALID},
      {400, "INVALID_IDENTIFIER", "", "", TETHER_BAD_ID},
      {400, "", "", "maximum number of inputs", TETHER_TOO_LARGE},
      {401, "VALIDATION_ERROR", "", "", TETHER_UNAUTHENTICATED},
      {403, "", "", "", TETHER_MISSING_SCOPES},
      {403, "USER_DOES_NOT_HAVE_PERMISSIONS", "", "", TETHER_PERMISSION_MISSING},
      {404, "", "", "", TETHER_NOT_FOUND},
      {405, "", "", "", TETHER_ROUTE_UNKNOWN},
      {408, "", "", "", TETHER_TIMED_OUT},
      {409, "", "", "", TETHER_CONFLICT},
      {413, "", "", "", TETHER_TOO_LARGE},
      {414, "", "", "", TETHER_TOO_LARGE},
      {418, "", "", "", TETHER_UNEXPECTED_STATUS},
      {422, "", "", "", TETHER_INVALID},
      {423, "", "", "", TETHER_LOCKED},
      {429, "RATE_LIMITS", "", "", TETHER_RATE_LIMITED},
      {429, "RATE_LIMITS", "SECONDLY", "", TETHER_RATE_LIMITED},
      {429, "RATE_LIMITS", "DAILY", "", TETHER_DAILY_LIMIT},
      {429, "RATE_LIMITS", "", "You have reached your daily limit.", TETHER_DAILY_LIMIT},
      {437, "", "", "", TETHER_LABEL_CAP},
      {477, "", "", "", TETHER_MIGRATING},
      {488, "", "", "", TETHER_WRONG_REGION},
      {499, "", "", "", TETHER_UNEXPECTED_STATUS},
      {500, "", "", "", TETHER_SERVER_ERROR},
      {500, "VALIDATION_ERROR", "", "", TETHER_SERVER_ERROR},
      {599, "", "", "", TETHER_SERVER_ERROR},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int named = 0; named < 2; named++) { /* HubSpot's gateway writes errorType in place of category */
      char body[400];
      snprintf(body, sizeof body, "{\"message\":\"%s.\",\"%s\":\"%s\",\"policyName\":\"%s\"}", cases[i].message,
               named ? "errorType" : "category", cases[i].word, cases[i].policy);
      CHECK(read(body, cases[i].status, "contact", "company") && report.complaint_count == 1);
      CHECK(report.complaint_count && report.complaints[0].code == cases[i].code);
      if (failed) fprintf(stderr, "%ld %s\n", cases[i].status, body);
      tether_report_free(&report);
    }
}

/* Cut anywhere, an error body names nobody: it is one complaint, that no JSON came. */
static void half_an_error_names_nobody(void) {
  static const char body[] = "{\"message\":\"no\",\"errors\":[{\"message\":\"bad\",\"context\":{\"fromObjectId\":["
                             "\"5\"],\"toObjectId\":[\"7\"]}}],\"results\":[{\"fromObjectId\":1,\"toObjectId\":2}]}";
  char cut[sizeof body];
  for (size_t length = 1; length < sizeof body - 1; length++) {
    memcpy(cut, body, length);
    cut[length] = '\0';
    CHECK(read(cut, 400, "contact", "company") && report.complaint_count == 1);
    CHECK(report.named_count == 0 && report.confirmed_count == 0 && report.echoed == 0);
    tether_report_free(&report);
  }
}

/* Pairs of other object types confirm nothing, however many follow in the same words. */
static void a_pair_of_other_types_confirms_nothing(void) {
  CHECK(read("{\"results\":[{\"fromObjectId\":1,\"toObjectId\":2,\"toObjectTypeId\":\"0-3\"},"
             "{\"fromObjectId\":3,\"toObjectId\":4,\"toObjectTypeId\":\"0-3\"},"
             "{\"fromObjectId\":5,\"toObjectId\":6,\"toObjectTypeId\":\"0-2\"},"
             "{\"fromObjectId\":7,\"toObjectId\":8,\"toObjectTypeId\":\"0-2\"}]}",
             200, "contact", "company"));
  CHECK(report.confirmed_count == 2 && report.confirmed[0].from == 5 && report.confirmed[1].from == 7);
  tether_report_free(&report);
}

static void a_type_beyond_all_numbers_is_passed_over(void) {
  static const char list[] = "{\"results\":[{\"toObjectId\":5,\"associationTypes\":["
                             "{\"category\":\"USER_DEFINED\",\"typeId\":2147483648},"
                             "{\"category\":\"USER_DEFINED\",\"typeId\":2147483647}]}]}";
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_error error;
  size_t count;
  tether_reading_init(&reading, links);
  CHECK(tether_decode_list(list, sizeof list - 1, 101, &reading, &error));
  CHECK(tether_links_types(links, 0, &count)->id == INT32_MAX && count == 1);
  tether_reading_free(&reading);
  tether_links_free(links);
}

/* What is not complete, or has errors, is to be read again for them. */
static void a_read_tells_that_it_has_more_to_say(void) {
  static const struct {
    const char *body;
    bool more;
  } bodies[] = {{"{\"status\":\"COMPLETE\",\"results\":[]}", false},
                {"{\"results\":[]}", false},
                {"{\"status\":\"PENDING\",\"results\":[]}", true},
                {"{\"status\":\"CANCELED\",\"results\":[]}", true},
                {"{\"results\":[],\"errors\":[]}", true},
                {"{\"results\":[],\"numErrors\":1}", true}};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    tether_links *links = tether_links_new();
    tether_reading reading;
    tether_error error;
    tether_reading_init(&reading, links);
    CHECK(tether_decode_batch_read(bodies[i].body, strlen(bodies[i].body), &reading, &error));
    CHECK(reading.says_more == bodies[i].more);
    tether_reading_free(&reading);
    tether_links_free(links);
  }
}

int main(void) {
  an_id_has_the_side_that_its_words_say();
  a_status_has_its_code_whatever_it_says();
  half_an_error_names_nobody();
  a_pair_of_other_types_confirms_nothing();
  a_type_beyond_all_numbers_is_passed_over();
  a_read_tells_that_it_has_more_to_say();
  return failed != 0;
}
