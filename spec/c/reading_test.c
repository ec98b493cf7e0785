/* Lists and batch reads into links: whole, in another order of members, and cut at every byte. */
#include "core/wire/reading.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The guide's example, with an id beyond 2^53, a page inside a result, and a field that nobody knows. */
static const char batch[] =
    "{\"status\":\"COMPLETE\",\"results\":[{\"from\":{\"id\":\"33451\"},\"to\":[{\"toObjectId\":9007199254740993,"
    "\"associationTypes\":[{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":1,\"label\":\"Primary\"},"
    "{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":279,\"label\":null},"
    "{\"category\":\"USER_DEFINED\",\"typeId\":28,\"label\":\"Billing \\u00e9\"}],\"new\":{\"x\":[1]}}],"
    "\"paging\":{\"next\":{\"after\":\"MC0yLTc1MDI%3D\",\"link\":\"deprecated\"}}},"
    "{\"paging\":{\"next\":{\"after\":\"a\"}},\"to\":[{\"associationTypes\":[],\"toObjectId\":\"7\"}],"
    "\"from\":{\"id\":29851}}],\"startedAt\":\"2026-03-01T10:00:00Z\"}";

static bool read(const char *text, size_t length, tether_reading *reading, tether_error *error) {
  char *exact = malloc(length ? length : 1);
  memcpy(exact, text, length);
  bool fine = tether_decode_batch_read(exact, length, reading, error);
  free(exact);
  return fine;
}

static void a_batch_read_becomes_links_labels_and_cursors(void) {
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_error error;
  size_t count;
  tether_reading_init(&reading, links);
  CHECK(read(batch, sizeof batch - 1, &reading, &error) && tether_links_count(links) == 2);
  tether_link link = tether_links_at(links, 0);
  CHECK(link.from == 33451 && link.to == 9007199254740993);
  const tether_spec *types = tether_links_types(links, 0, &count);
  CHECK(count == 3 && types[0].id == 1 && types[1].id == 279 && types[2].id == 28);
  link = tether_links_at(links, 1);
  CHECK(link.from == 29851 && link.to == 7 && link.types == 0);
  CHECK(reading.label_count == 2 && !strcmp(tether_reading_text(&reading, reading.labels[1].text), "Billing \xC3\xA9"));
  CHECK(reading.cursor_count == 2 && reading.cursors[0].from == 33451 && reading.cursors[1].from == 29851);
  CHECK(!strcmp(tether_reading_text(&reading, reading.cursors[0].after), "MC0yLTc1MDI%3D"));
  tether_reading_free(&reading);
  tether_links_free(links);
}

static void a_cut_answer_is_refused(void) {
  for (size_t length = 0; length < sizeof batch - 1; length++) {
    tether_links *links = tether_links_new();
    tether_reading reading;
    tether_error error;
    tether_reading_init(&reading, links);
    CHECK(!read(batch, length, &reading, &error) && error.code == TETHER_ANSWER_MALFORMED);
    CHECK(tether_links_count(links) == 0 && reading.cursor_count == 0); /* it is asked for again */
    tether_reading_free(&reading);
    tether_links_free(links);
  }
}

static void a_list_belongs_to_the_record_that_was_asked_for(void) {
  static const char list[] =
      "{\"results\":[{\"toObjectId\":5,\"associationTypes\":[{\"category\":\"WORK\",\"typeId\":9,"
      "\"label\":null},{\"category\":\"NEW\",\"typeId\":1}]}],\"paging\":{\"next\":{\"after\":"
      "\"x\"}}}";
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_error error;
  size_t count;
  tether_reading_init(&reading, links);
  CHECK(tether_decode_list(list, sizeof list - 1, 101, &reading, &error));
  CHECK(tether_links_count(links) == 1 && tether_links_at(links, 0).from == 101);
  CHECK(tether_links_types(links, 0, &count)->category == TETHER_WORK && count == 1);
  CHECK(reading.cursor_count == 1 && reading.cursors[0].from == 101);
  CHECK(!tether_decode_list("{}", 2, 101, &reading, &error) && error.code == TETHER_ANSWER_MALFORMED);
  CHECK(!tether_decode_list("{\"results\":[{}]}", 16, 101, &reading, &error));
  CHECK(tether_decode_list("{\"results\":[]}", 14, 101, &reading, &error));
  tether_reading_free(&reading);
  tether_links_free(links);
}

/* Objects that are alike are compared, not read anew: each that differs in anything must be read for what it is. */
static void what_is_like_another_one_says_what_it_says_itself(void) {
  static const char like[] =
      "{\"results\":["
      "{\"from\":{\"id\":\"1\"},\"to\":[{\"toObjectId\":5,\"associationTypes\":[{\"category\":\"WORK\",\"typeId\":9}]}]"
      "},"
      "{\"from\":{\"id\":\"23\"},\"to\":[{\"toObjectId\":9223372036854775807,\"associationTypes\":[{\"category\":"
      "\"WORK\","
      "\"typeId\":9}]}]},"
      "{\"from\":{\"id\":\"4\"},\"to\":[{\"toObjectId\":6,\"associationTypes\":[{\"category\":\"WORK\",\"typeId\":8}]},"
      "{\"toObjectId\":7,\"associationTypes\":[{\"category\":\"WORK\",\"typeId\":9}]},"
      "{\"toObjectId\":8,\"associationTypes\":[{\"category\":\"WORK\",\"typeId\":8}]}]},"
      "{\"from\":{\"id\":\"5\",\"id\":\"6\"},\"to\":[{\"toObjectId\":1,\"associationTypes\":[]}]},"
      "{\"from\":{\"id\":\"7\",\"id\":\"8\"},\"to\":[{\"toObjectId\":2,\"associationTypes\":[]}]}]}";
  static const struct {
    int64_t from, to;
    int32_t type;
  } wanted[] = {{1, 5, 9}, {23, INT64_MAX, 9}, {4, 6, 8}, {4, 7, 9}, {4, 8, 8}, {6, 1, 0}, {8, 2, 0}};
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_error error;
  tether_reading_init(&reading, links);
  CHECK(read(like, sizeof like - 1, &reading, &error) && tether_links_count(links) == 7);
  for (size_t i = 0; i < tether_links_count(links); i++) {
    size_t count;
    tether_link link = tether_links_at(links, i);
    const tether_spec *types = tether_links_types(links, i, &count);
    CHECK(link.from == wanted[i].from && link.to == wanted[i].to);
    CHECK(wanted[i].type ? count == 1 && types->id == wanted[i].type : count == 0);
  }
  tether_reading_free(&reading);
  tether_links_free(links);
}

static void what_is_like_another_one_but_for_a_bad_id_is_refused(void) {
  static const char *const ids[] = {"05", "9223372036854775808", "99999999999999999999", "0", "-5", "5.5", "", "5 5"};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    char text[200];
    int length = snprintf(text, sizeof text,
                          "{\"results\":[{\"toObjectId\":5,\"associationTypes\":[]},{\"toObjectId\":%s,"
                          "\"associationTypes\":[]}]}",
                          ids[i]);
    tether_links *links = tether_links_new();
    tether_reading reading;
    tether_error error;
    tether_reading_init(&reading, links);
    CHECK(!tether_decode_list(text, (size_t)length, 1, &reading, &error) && error.code == TETHER_ANSWER_MALFORMED);
    CHECK(tether_links_count(links) == 0);
    tether_reading_free(&reading);
    tether_links_free(links);
  }
}

int main(void) {
  what_is_like_another_one_says_what_it_says_itself();
  what_is_like_another_one_but_for_a_bad_id_is_refused();
  a_batch_read_becomes_links_labels_and_cursors();
  a_cut_answer_is_refused();
  a_list_belongs_to_the_record_that_was_asked_for();
  return failed != 0;
}
