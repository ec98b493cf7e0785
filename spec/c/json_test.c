/* The JSON reader: whole, cut at every byte, and with what should not be there. */
#include "core/json/json.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/json/exact.h"
#include "holds.h"

static bool valid(const char *text, size_t length) {
  char *exact = malloc(length ? length : 1); /* so that ASan sees a read behind the end */
  memcpy(exact, text, length);
  tether_json json;
  tether_json_init(&json, exact, length);
  bool fine = tether_json_skip(&json) && tether_json_finish(&json);
  CHECK(fine || (json.error.code == TETHER_ANSWER_MALFORMED && json.error.place > 0));
  free(exact);
  return fine;
}

static void a_cut_answer_is_never_taken_for_a_whole_one(void) {
  static const char text[] = "{\"results\":[{\"id\":\"9007199254740993\",\"x\":[1,-2.5e+3,true,null,\"\\u00e9\\\"\"]}],"
                             "\"n\":{}}";
  size_t length = sizeof text - 1;
  CHECK(valid(text, length));
  for (size_t cut = 0; cut < length; cut++) CHECK(!valid(text, cut));
}

static void what_is_not_json_is_refused(void) {
  static const char *const wrong[] = {"",     "{",   "[1,]",   "{\"a\"}", "{\"a\":}", "{,}",    "[1 2]",
                                      "tru",  "01",  "1.",     "-",       "1e",       "\"\n\"", "\"\x1F\"",
                                      "\"\\", "1 1", "<html>", "nul1",    "{1:2}",    "[}",     "{\"a\":1]"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    if (valid(wrong[i], strlen(wrong[i]))) fprintf(stderr, "taken for JSON: %s\n", wrong[i]), failed++;
  }
  char deep[TETHER_JSON_DEPTH * 4];
  memset(deep, '[', sizeof deep);
  CHECK(!valid(deep, sizeof deep));
}

static void ids_are_exact_as_numbers_and_strings(void) {
  static const char text[] = "[9007199254740993,\"9223372036854775807\",1.5,null,-3]";
  tether_json json;
  tether_json_init(&json, text, sizeof text - 1);
  bool first = true;
  int64_t id;
  CHECK(tether_json_enter_array(&json));
  CHECK(tether_json_element(&json, &first) && tether_json_id(&json, &id) && id == 9007199254740993);
  CHECK(tether_json_element(&json, &first) && tether_json_id(&json, &id) && id == INT64_MAX);
  for (int i = 0; i < 3; i++) CHECK(tether_json_element(&json, &first) && !tether_json_id(&json, &id) && !json.failed);
  CHECK(!tether_json_element(&json, &first) && tether_json_finish(&json));
}

static void text_is_unescaped_to_utf8(void) {
  static const char text[] = "a\\u00e9\\n\\ud83d\\ude00\\ud83d\\/";
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 100);
  CHECK(tether_json_unescape((tether_slice){text, sizeof text - 1}, &out, &error));
  static const char expected[] = "a\xC3\xA9\n\xF0\x9F\x98\x80\xEF\xBF\xBD/";
  CHECK(holds(&out, expected));
  tether_buffer_free(&out);
}

static bool unescapes(const char *text, const char *expected) {
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 100);
  bool fine = tether_json_unescape((tether_slice){text, strlen(text)}, &out, &error) && holds(&out, expected);
  tether_buffer_free(&out);
  return fine;
}

static void each_escape_is_its_own_character(void) {
  CHECK(unescapes("\\t|\\r|\\b|\\f|\\n|\\\"|\\\\|\\/", "\t|\r|\b|\f|\n|\"|\\|/"));
  CHECK(unescapes("\\u007f\\u0080\\u07ff\\u0800\\uffff", "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"));
  CHECK(unescapes("\\ud83d\\udfff\\ud83d\\ue000", "\xF0\x9F\x9F\xBF\xEF\xBF\xBD\xEE\x80\x80"));
}

static bool becomes(const char *json, const char *expected) {
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 100);
  bool fine = tether_exact(json, strlen(json), &out, &error) && holds(&out, expected);
  tether_buffer_free(&out);
  return fine;
}

static void numbers_that_a_double_cannot_hold_become_text(void) {
  CHECK(becomes("[9007199254740992,9007199254740993]", "[9007199254740992,\"9007199254740993\"]"));
  CHECK(becomes("[-9007199254740992,-9007199254740993]", "[-9007199254740992,\"-9007199254740993\"]"));
  CHECK(becomes("[1e13,1e+14]", "[1e13,\"1e+14\"]"));
}

int main(void) {
  each_escape_is_its_own_character();
  numbers_that_a_double_cannot_hold_become_text();
  a_cut_answer_is_never_taken_for_a_whole_one();
  what_is_not_json_is_refused();
  ids_are_exact_as_numbers_and_strings();
  text_is_unescaped_to_utf8();
  return failed != 0;
}
