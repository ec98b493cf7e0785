/* JSON lines: every case whole, cut once at every byte, and byte by byte; and rows of both formats into links sets. */
#include "core/wire/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/wire/intake.h"

#include "../fuzz/jsonl_fuzz.c" /* so that the fuzzer's target is compiled and run by every test */

static void show_types(tether_buffer *out, tether_slice types) {
  tether_item_kind kind;
  tether_slice text;
  while (tether_typekey_next(&types, &kind, &text))
    tether_buffer_format(out, NULL, " %c%.*s", (char)kind, (int)text.length, text.data);
}

/* What was read, as text: `1[a>b Lx]` a row of line 1, `!3` a faulty line, `x3` the end of all reading. */
static void show(tether_buffer *out, tether_jsonl_event event, const tether_jsonl_row *row, const tether_error *error) {
  if (event != TETHER_JSONL_ROW) {
    CHECK(error->code == TETHER_JSONL_BROKEN && strncmp(error->text, "line", 4) == 0);
    tether_buffer_format(out, NULL, "%s%lld", event == TETHER_JSONL_FAULT ? "!" : "x", (long long)error->place);
    return;
  }
  tether_buffer_format(out, NULL, "%lld[%.*s>%.*s", (long long)row->line, (int)row->from.length, row->from.data,
                       (int)row->to.length, row->to.data);
  show_types(out, row->types);
  if (row->primary.length) tether_buffer_format(out, NULL, " =%.*s", (int)row->primary.length, row->primary.data);
  tether_buffer_text(out, "]", NULL);
}

static void read_cut(const char *text, size_t length, size_t cut, tether_buffer *out, tether_error *error) {
  tether_jsonl *jsonl = tether_jsonl_new(&(tether_jsonl_names){NULL, NULL, NULL, NULL});
  tether_jsonl_row row;
  size_t at = 0;
  tether_buffer_clear(out);
  for (;;) {
    tether_jsonl_event event = tether_jsonl_next(jsonl, &row, error);
    if (event == TETHER_JSONL_END) break;
    if (event != TETHER_JSONL_MORE) {
      show(out, event, &row, error);
    } else if (at == length) {
      tether_jsonl_finish(jsonl);
    } else {
      size_t piece = cut == SIZE_MAX ? 1 : at < cut ? cut : length - at;
      char *exact = malloc(piece); /* so that ASan sees a read behind the end, or after the feed */
      memcpy(exact, text + at, piece);
      CHECK(tether_jsonl_feed(jsonl, exact, piece, error));
      free(exact);
      at += piece;
    }
  }
  CHECK(tether_jsonl_next(jsonl, &row, error) == TETHER_JSONL_END);
  tether_jsonl_free(jsonl);
}

#include "cuts.h" /* behind what it judges */

static void lines_are_rows(void) {
  EXPECT("", "");
  EXPECT("\n \r\n\t\n", "");
  EXPECT("{\"from\":1,\"to\":2}", "1[1>2]");
  EXPECT("\xEF\xBB\xBF{\"from\":\"1\",\"to\":\"2\"}\r\n\r\n{\"to\":4,\"from\":3}\n", "1[1>2]3[3>4]");
  EXPECT("{\"from\":\"contacts:1\",\"to\":\"companies:2\"}\n", "1[contacts:1>companies:2]");
  EXPECT("{\"from\":9223372036854775807,\"to\":\"email=j\\u00e9@x.example\"}",
         "1[9223372036854775807>email=j\xC3\xA9@x.example]");
  EXPECT("{\"from\":{\"type\":\"x\",\"id\":\"7\"},\"to\":{\"id\":8,\"id2\":[{}]},\"else\":[1,{\"from\":3}]}", "1[7>8]");
  EXPECT("{\"from\":1,\"from\":5,\"to\":2}", "1[5>2]");
}

static void labels_and_types_are_items(void) {
  EXPECT("{\"from\":1,\"to\":2,\"label\":\" Boss \"}", "1[1>2 LBoss]");
  EXPECT("{\"from\":1,\"to\":2,\"labels\":[\"A; B\",\"\",null,\"C\\\"\"]}", "1[1>2 LA; B LC\"]");
  EXPECT("{\"from\":1,\"to\":2,\"labels\":null,\"label\":null,\"labels\":[]}", "1[1>2]");
  EXPECT("{\"from\":1,\"to\":2,\"types\":[279,\"Boss\",{\"category\":\"USER_DEFINED\",\"id\":42,\"label\":\"x\"}]}",
         "1[1>2 T279 LBoss CUSER_DEFINED:42]");
  EXPECT("{\"from\":1,\"to\":2,\"label\":\"NaN\",\"labels\":[\"NaN\"]}", "1[1>2 LNaN]");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":true}", "1[1>2 =true]");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":\"Yes\"}{", "!1");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":[true],\"more\":{}}", "1[1>2]");
  EXPECT("{\"from\":1,\"to\":2,\"types\":{\"associationTypeId\":3,\"associationCategory\":\"WORK\"}}",
         "1[1>2 CWORK:3]");
}

static void faulty_lines_are_told_alone(void) {
  EXPECT_SAYING("{\"from\":1}\n{\"from\":1,\"to\":2}", "!12[1>2]", "line 1: no \"to\" in it");
  EXPECT_SAYING("{\"to\":1}", "!1", "line 1: no \"from\" in it");
  EXPECT_SAYING("\n[1,2]", "!2", "line 2: a JSON object is needed: {\"from\":…,\"to\":…}, one a line");
  EXPECT_SAYING("{\"from\":1,\"to\":2", "!1", "line 1: not JSON at byte 17");
  EXPECT_SAYING("{\"from\":1,\"to\":2} x", "!1", "line 1: not JSON at byte 19");
  EXPECT_SAYING("{\"from\":true,\"to\":2}", "!1", "line 1: from and to are an id, a key or {\"id\":…}");
  EXPECT_SAYING("{\"from\":1,\"to\":{}}", "!1", "line 1: from and to are an id, a key or {\"id\":…}");
  EXPECT_SAYING("{\"from\":1,\"to\":2,\"label\":3}", "!1", "line 1: a label is a text, labels a list of texts");
  EXPECT_SAYING("{\"from\":1,\"to\":2,\"labels\":[[]]}", "!1", "line 1: a label is a text, labels a list of texts");
  EXPECT_SAYING("{\"from\":1,\"to\":2,\"types\":[{\"id\":3}]}", "!1",
                "line 1: a type in types is {\"category\":…,\"id\":…}");
  EXPECT_SAYING("{\"from\":1,\"to\":2,\"label\":\"a\\u0000b\"}", "!1", "line 1: a NUL in a text");
  EXPECT("{\"from\":1,\"to\":2,\"types\":[true]}\n{\"from\":1,\"to\":2,\"types\":[}\n{\"from\":1,\"to\":2,\"types\":[",
         "!1!2!3");
  EXPECT_SAYING("{\"from\":1,\"to\":\"\xE9\"}\n{\"from\":3,\"to\":4}", "!12[3>4]",
                "line 1: byte 17 is not UTF-8, or a NUL");
  EXPECT_SAYING("\xFF\xFE{\0", "x1", "line 1: the file is UTF-16; save it as UTF-8");
}

static void a_line_without_end_costs_no_memory(void) {
  tether_jsonl *jsonl = tether_jsonl_new(&(tether_jsonl_names){NULL, NULL, NULL, NULL});
  tether_jsonl_row row;
  tether_error error;
  static char piece[1 << 16];
  memset(piece, 'x', sizeof piece);
  int faults = 0;
  for (int i = 0; i < 2000; i++) { /* 128 MB, twice the ceiling of what is kept */
    CHECK(tether_jsonl_feed(jsonl, piece, sizeof piece, &error));
    while (tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_FAULT) faults++;
  }
  CHECK(faults == 1);
  const char *next = "\n{\"from\":1,\"to\":2}\n";
  CHECK(tether_jsonl_feed(jsonl, next, strlen(next), &error));
  CHECK(tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_ROW && row.line == 2);
  tether_jsonl_free(jsonl);
}

static void keys_have_other_names_when_told(void) {
  tether_jsonl *jsonl = tether_jsonl_new(&(tether_jsonl_names){"contact", "company", "role", NULL});
  tether_jsonl_row row;
  tether_error error;
  const char *line = "{\"contact\":1,\"company\":2,\"role\":\"Boss\",\"label\":4,\"from\":{}}\n";
  CHECK(tether_jsonl_feed(jsonl, line, strlen(line), &error));
  CHECK(tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_ROW);
  CHECK(row.from.length == 1 && *row.from.data == '1' && row.types.length == 6);
  tether_jsonl_free(jsonl);
}

/* -- into links sets ----------------------------------------------------------------------------------------------- */

#define SLICE(text) ((tether_slice){text, sizeof(text) - 1})

static bool add(tether_intake *intake, const char *from, const char *to, tether_slice types, int64_t line,
                tether_error *error) {
  tether_intake_row row = {{from, strlen(from)}, {to, strlen(to)}, types, line, false};
  return tether_intake_add(intake, &row, error);
}

static void rows_become_links_with_their_lines(void) {
  tether_intake *intake = tether_intake_new(&(tether_intake_options){"contacts", "companies", {"", 0}});
  tether_error error;
  tether_lines lines;
  CHECK(add(intake, " 1", "2\xC2\xA0", SLICE(""), 2, &error));
  CHECK(add(intake, "contact:3", "0-2: 4", SLICE("LBoss\0"), 3, &error));
  CHECK(add(intake, "email = a:b", "companies:domain=x", SLICE("LBoss\0LClerk\0"), 4, &error));
  CHECK(add(intake, "5", "6", SLICE("LBoss\0"), 5, &error));
  tether_intake_key key;
  CHECK(tether_intake_key_at(intake, 0, &key) && key.row == 2 && !key.is_to && key.text.length == 11);
  CHECK(tether_intake_key_at(intake, 1, &key) && key.is_to && memcmp(key.text.data, "domain=x", 8) == 0);
  CHECK(!tether_intake_key_at(intake, 2, &key));
  uint32_t boss, both;
  tether_slice types;
  CHECK(tether_intake_types_at(intake, 0, &boss, &types) && types.length == 6);
  CHECK(tether_intake_types_at(intake, 1, &both, &types) && !tether_intake_types_at(intake, 2, &both, &types));
  tether_links *links = tether_intake_take(intake, &lines);
  CHECK(tether_links_count(links) == 4 && lines.count == 4 && lines.list[3] == 5);
  CHECK(tether_links_at(links, 0).types == 0 && tether_links_at(links, 1).types == boss);
  CHECK(tether_links_at(links, 2).types == both && tether_links_at(links, 3).types == boss);
  CHECK(tether_links_at(links, 2).from == 1 && tether_links_at(links, 3).to == 6);
  tether_lines_free(&lines);
  tether_links_free(links);
  CHECK(tether_intake_rows(intake) == 0 && tether_intake_take(intake, &lines) == NULL);
  tether_intake_free(intake);
}

static void bad_rows_are_told(void) {
  tether_intake *intake = tether_intake_new(&(tether_intake_options){NULL, NULL, {"LFixed\0", 7}});
  tether_error error;
  CHECK(!add(intake, "1", "2", SLICE(""), 1, &error) && error.code == TETHER_BAD_ARGUMENT && error.place == 1);
  CHECK(add(intake, "contacts:1", "p_pet:2", SLICE(""), 2, &error));
  CHECK(strcmp(tether_intake_from(intake), "contacts") == 0 && strcmp(tether_intake_to(intake), "p_pet") == 0);
  CHECK(add(intake, "0-1:1", "P_PET:2", SLICE(""), 3, &error));
  CHECK(!add(intake, "deals:1", "2", SLICE(""), 4, &error) && error.code == TETHER_INVALID && error.place == 4);
  CHECK(strcmp(error.text,
               "line 4: deals to p_pet, and this file is contacts to p_pet: one pair of object types a file") == 0);
  static const char *const bad[] = {"",       "0",  "-1",        "01",   "1.0", "9223372036854775808",
                                    "email=", "=x", "contacts:", "a:b:1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(!add(intake, bad[i], "2", SLICE(""), 5, &error) && error.code == TETHER_BAD_ID && error.place == 5);
  CHECK(tether_intake_rows(intake) == 2);
  uint32_t index;
  tether_slice types;
  CHECK(tether_intake_types_at(intake, 0, &index, &types) && memcmp(types.data, "LFixed", 7) == 0);
  tether_intake_free(intake);
}

static void many_labels_are_each_one_index(void) {
  tether_intake *intake = tether_intake_new(&(tether_intake_options){"contacts", "companies", {"", 0}});
  tether_error error;
  tether_lines lines;
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < 3000; i++) {
      char key[32];
      int length = snprintf(key, sizeof key, "Llabel %d", i % 1000);
      CHECK(add(intake, "1", "2", (tether_slice){key, (size_t)length + 1}, i + 1, &error));
    }
    uint32_t index;
    tether_slice types;
    CHECK(tether_intake_types_at(intake, 999, &index, &types) && !tether_intake_types_at(intake, 1000, &index, &types));
    tether_links *links = tether_intake_take(intake, &lines);
    for (size_t row = 0; row < 1000; row++)
      CHECK(tether_links_at(links, row).types == tether_links_at(links, row + 2000).types);
    tether_lines_free(&lines);
    tether_links_free(links);
  }
  tether_intake_free(intake);
}

/* The longest line that is taken, and the shortest that is not. */
static void the_longest_line_is_a_row(void) {
  static const char head[] = "{\"from\":1,\"to\":2,\"note\":\"", tail[] = "\"}\n";
  enum { MOST = 1 << 20 };
  for (size_t over = 0; over < 2; over++) {
    size_t length = MOST + over + 1; /* with its line break */
    char *text = malloc(length);
    memset(text, 'x', length);
    memcpy(text, head, sizeof head - 1);
    memcpy(text + length - (sizeof tail - 1), tail, sizeof tail - 1);
    tether_jsonl *jsonl = tether_jsonl_new(&(tether_jsonl_names){NULL, NULL, NULL, NULL});
    tether_jsonl_row row;
    tether_error error;
    CHECK(tether_jsonl_feed(jsonl, text, length, &error));
    CHECK(tether_jsonl_next(jsonl, &row, &error) == (over ? TETHER_JSONL_FAULT : TETHER_JSONL_ROW));
    tether_jsonl_free(jsonl);
    free(text);
  }
}

int main(void) {
  lines_are_rows();
  labels_and_types_are_items();
  faulty_lines_are_told_alone();
  a_line_without_end_costs_no_memory();
  keys_have_other_names_when_told();
  rows_become_links_with_their_lines();
  bad_rows_are_told();
  many_labels_are_each_one_index();
  the_longest_line_is_a_row();
  return failed != 0;
}
