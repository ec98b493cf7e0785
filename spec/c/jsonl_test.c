/* JSON lines: every case whole, cut once at every byte, and byte by byte; and rows of both formats into links sets. */
#include "core/files/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/files/intake.h"

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
  tether_jsonl *jsonl = tether_jsonl_new();
  tether_jsonl_row row;
  size_t at = 0;
  tether_buffer_clear(out);
  for (;;) {
    tether_jsonl_event event = tether_jsonl_next(jsonl, &row, error);
    if (event == TETHER_JSONL_END) break;
    if (event == TETHER_JSONL_KEYS) {
      name_keys(jsonl, row.keys);
    } else if (event != TETHER_JSONL_MORE) {
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
  EXPECT("\xEF\xBB\xBF\xFF\xFE\n{\"from\":1,\"to\":2}\n",
         "!12[1>2]"); /* the mark of UTF-16, but not at the beginning */
  EXPECT("\xEF\xBB\xBF\xEF\xBB\xBF\n\xEF\n", "!2");
  EXPECT("\xEF\xBB\xBF\xEF\xBB\xBF{\"from\":1,\"to\":2}\n", "1[1>2]");
  EXPECT("\xEF\xBB\xBF{\"from\":\"1\",\"to\":\"2\"}\r\n\r\n{\"to\":4,\"from\":3}\n", "1[1>2]3[3>4]");
  EXPECT("{\"from\":\"contacts:1\",\"to\":\"companies:2\"}\n", "1[contacts:1>companies:2]");
  EXPECT("{\"from\":9223372036854775807,\"to\":\"email=j\\u00e9@x.example\"}",
         "1[9223372036854775807>email=j\xC3\xA9@x.example]");
  EXPECT("{\"from\":{\"type\":\"x\",\"id\":\"7\"},\"to\":{\"id\":8,\"id2\":[{}]},\"else\":[1,{\"from\":3}]}", "1[7>8]");
  EXPECT("{\"from\":1,\"from\":5,\"to\":2}", "1[5>2]");
}

static void labels_and_types_are_items(void) {
  EXPECT("{\"from\":1,\"to\":2,\"label\":\" Boss \"}", "1[1>2 L Boss ]");
  EXPECT("{\"from\":1,\"to\":2,\"labels\":{}}\n{\"from\":1,\"to\":2,\"labels\":[{},null],\"label\":{}}",
         "1[1>2]2[1>2]");
  EXPECT("{\"from\":1,\"to\":2,\"labels\":[\"A; B\",\"\",null,\"C\\\"\"]}", "1[1>2 LA; B LC\"]");
  EXPECT("{\"from\":1,\"to\":2,\"labels\":null,\"label\":null,\"labels\":[]}", "1[1>2]");
  EXPECT("{\"from\":1,\"to\":2,\"types\":[279,\"Boss\",{\"category\":\"USER_DEFINED\",\"id\":42,\"label\":\"x\"}]}",
         "1[1>2 T279 LBoss CUSER_DEFINED:42]");
  EXPECT("{\"from\":1,\"to\":2,\"types\":{\"associationTypeId\":3,\"associationCategory\":\"WORK\"}}",
         "1[1>2 CWORK:3]");
}

static void words_for_nothing_stand_alone(void) {
  EXPECT("{\"from\":1,\"to\":2,\"label\":\"NaN\",\"labels\":[\"NaN\"]}", "1[1>2 LNaN]");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":true}", "1[1>2 =true]");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":null}", "1[1>2]");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":\"Yes\"}{", "!1");
  EXPECT("{\"from\":1,\"to\":2,\"primary\":[true],\"more\":{}}", "1[1>2]");
}

static void faulty_lines_are_told_alone(void) {
  EXPECT_SAYING("{\"from\":1}\n{\"from\":1,\"to\":2}", "!12[1>2]",
                "line 1: no key for the to side, such as \"to\", in it");
  EXPECT_SAYING("{\"to\":1}", "!1", "line 1: no key for the from side, such as \"from\", in it");
  EXPECT_SAYING("\n[1,2]", "!2!2", "line 2: a JSON object is needed: {\"from\":…,\"to\":…}, one a line");
  EXPECT_SAYING("{\"from\":1,\"to\":2", "!1", "line 1: not JSON at byte 17");
  EXPECT_SAYING("{\"from\":1,\"to\":2} x", "!1", "line 1: not JSON at byte 19");
  EXPECT_SAYING("{\"from\":true,\"to\":2}", "!1",
                "line 1: from and to are an id, a key or {\"id\":…}, or a list of them");
  EXPECT_SAYING("{\"from\":1,\"to\":{}}", "!1",
                "line 1: from and to are an id, a key or {\"id\":…}, or a list of them");
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
  tether_jsonl *jsonl = tether_jsonl_new();
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
  CHECK(tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_KEYS);
  name_keys(jsonl, row.keys);
  CHECK(tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_ROW && row.line == 2);
  tether_jsonl_free(jsonl);
}

static void ends_may_be_several(void) {
  EXPECT("{\"from\":1,\"to\":[2,\"3\",{\"id\":4}]}", "1[1>2]1[1>3]1[1>4]");
  EXPECT("{\"from\":[1,2],\"to\":3,\"label\":\"A\"}", "1[1>3 LA]1[2>3 LA]");
  EXPECT("{\"from\":1,\"to\":[]}\n{\"from\":1,\"to\":null}", "1[1>]2[1>]");
  EXPECT("{\"to\":[{\"toObjectId\":2,\"associationTypes\":[{\"category\":\"A\",\"typeId\":5,\"label\":null}]},"
         "{\"id\":\"3\",\"type\":\"contact_to_company\"}],\"label\":\"L\",\"from\":{\"id\":\"1\"}}",
         "1[1>2 LL CA:5]1[1>3 LL Lcontact_to_company]");
  EXPECT_SAYING("{\"from\":[1,2],\"to\":[3,4]}", "!1",
                "line 1: several ids on both sides: which belongs to which? write a row for each link");
}

static void types_have_a_name_or_a_number(void) {
  EXPECT("{\"from\":1,\"to\":2,\"type\":\"contact_to_company\"}", "1[1>2 Lcontact_to_company]");
  EXPECT("{\"from\":1,\"to\":2,\"type\":\"Customer\"}\n{\"from\":1,\"to\":2,\"type\":[1]}", "1[1>2]2[1>2]");
  EXPECT("{\"from\":1,\"to\":2,\"type_id\":36,\"category\":\"USER_DEFINED\"}", "1[1>2 CUSER_DEFINED:36]");
  EXPECT("{\"type_id\":\"36\",\"from\":1,\"to\":2,\"category\":null}\n{\"from\":1,\"to\":2,\"category\":\"A\"}",
         "1[1>2 T36]2[1>2]");
}

static void rows_stand_in_lists_and_answers(void) {
  EXPECT("[{\"from\":1,\"to\":2},{\"from\":3,\"to\":4}]", "1[1>2]1[3>4]");
  EXPECT("\n[\n  {\n    \"from\": 1,\n    \"to\": \"]}\\\"{[\"\n  },\n  {\"from\": 3, \"to\": 4}\n]\n",
         "3[1>]}\"{[]7[3>4]");
  EXPECT("{\n  \"from\": 1,\n  \"to\": 2\n}\n{\n  \"from\": 3,\n  \"to\": 4\n}\n", "1[1>2]5[3>4]");
  EXPECT("{\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":{\"id\":\"2\"}}]}", "1[1>2]");
  EXPECT("{\"status\":\"COMPLETE\",\"results\":[{\"from\":1,\"to\":2}],\"errors\":[{\"from\":7,\"to\":8}]}\n"
         "{\"results\":[]}\n{\"results\":[{\"from\":3,\"to\":4}]}\n",
         "1[1>2]3[3>4]");
  EXPECT("{\"status\":\"COMPLETE\",\n\"results\" :\n[ {\"from\":1,\"to\":2} ] }", "3[1>2]");
  EXPECT("{\"from\":1,\n{\"from\":3,\"to\":4}\n", "!12[3>4]");
  EXPECT("{\"from\":1,\"to\":2,\"results\":5}\n{\"from\":3,\"to\":4}", "1[1>2]2[3>4]");
  EXPECT("[1,\"a,]\",null,{\"from\":1,\"to\":2}]", "!1!1!11[1>2]");
  EXPECT("[]", "");
  EXPECT_SAYING("[{\"from\":1,\"to\":2},\n{\"from\":1,\n\"to\":", "1[1>2]x2",
                "lines 2 to 3: the value that begins in line 2 never ends");
  EXPECT_SAYING("[{\"from\":1,\"to\":2},", "1[1>2]x1", "line 1: the file ends within a list: it is cut");
  EXPECT_SAYING("{\"results\":[{\"from\":1,\"to\":2}", "1[1>2]x1", "line 1: the file ends within a list: it is cut");
}

static void lost_lines_are_given_back(void) {
  EXPECT_SAYING("{\"raw\":\"x\",\"code\":\"JSONL_BROKEN\"}", "!1", "line 1: a line that could not be read is no row");
  tether_jsonl *jsonl = tether_jsonl_new();
  tether_jsonl_row row;
  tether_error error;
  const char *line = "{\"from\":1,\n{\"from\":2}\n";
  CHECK(tether_jsonl_feed(jsonl, line, strlen(line), &error));
  tether_jsonl_finish(jsonl);
  CHECK(tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_KEYS || error.place == 1);
  tether_jsonl_free(jsonl);
}

/* -- into links sets ----------------------------------------------------------------------------------------------- */

#define SLICE(text) ((tether_slice){text, sizeof(text) - 1})

static bool add(tether_intake *intake, const char *from, const char *to, tether_slice types, int64_t line,
                tether_error *error) {
  tether_intake_row row = {
      .end = {{from, strlen(from)}, {to, strlen(to)}}, .types = types, .line = line, .last_line = line};
  return tether_intake_add(intake, &row, error);
}

static void rows_become_links_with_their_lines(void) {
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.from = "contacts", .to = "companies"});
  tether_error error;
  tether_lines lines;
  CHECK(add(intake, " 1", "2\xC2\xA0", SLICE(""), 2, &error));
  CHECK(add(intake, "contact:3", "0-2: 4", SLICE("LBoss\0"), 3, &error));
  CHECK(add(intake, "email = a:b", "companies:domain=x", SLICE("LBoss\0LClerk\0"), 4, &error));
  CHECK(add(intake, "5", "6", SLICE("LBoss\0"), 5, &error));
  tether_rowset *set = tether_intake_set(intake, 0);
  tether_rowset_key key;
  CHECK(tether_rowset_key_at(set, 0, &key) && key.row == 2 && !key.is_to && key.text.length == 11);
  CHECK(tether_rowset_key_at(set, 1, &key) && key.is_to && memcmp(key.text.data, "domain=x", 8) == 0);
  CHECK(!tether_rowset_key_at(set, 2, &key));
  uint32_t boss, both;
  tether_slice types;
  CHECK(tether_rowset_types_at(set, 0, &boss, &types) && types.length == 6);
  CHECK(tether_rowset_types_at(set, 1, &both, &types) && !tether_rowset_types_at(set, 2, &both, &types));
  tether_links *links = tether_rowset_take(set, &lines);
  CHECK(tether_links_count(links) == 4 && lines.count == 4 && lines.list[3] == 5);
  CHECK(tether_links_at(links, 0).types == 0 && tether_links_at(links, 1).types == boss);
  CHECK(tether_links_at(links, 2).types == both && tether_links_at(links, 3).types == boss);
  CHECK(tether_links_at(links, 2).from == 1 && tether_links_at(links, 3).to == 6);
  tether_lines_free(&lines);
  tether_links_free(links);
  CHECK(tether_intake_rows(intake) == 0 && tether_rowset_take(set, &lines) == NULL);
  tether_intake_free(intake);
}

static void bad_rows_are_told(void) {
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.types = {"LFixed\0", 7}, .one_pair = true});
  tether_error error;
  CHECK(!add(intake, "1", "2", SLICE(""), 1, &error) && error.code == TETHER_BAD_ARGUMENT && error.place == 1);
  CHECK(add(intake, "contacts:1", "p_pet:2", SLICE(""), 2, &error));
  tether_rowset *set = tether_intake_set(intake, 0);
  CHECK(strcmp(tether_rowset_from(set), "contacts") == 0 && strcmp(tether_rowset_to(set), "p_pet") == 0);
  CHECK(add(intake, "0-1:1", "P_PET:2", SLICE(""), 3, &error));
  CHECK(!add(intake, "deals:1", "2", SLICE(""), 4, &error) && error.code == TETHER_INVALID && error.place == 4);
  CHECK(
      strcmp(
          error.text,
          "line 4, from and to: deals to p_pet, and this file is contacts to p_pet: one pair of object types a file") ==
      0);
  static const char *const bad[] = {"0", "-1", "01", "1.5", "9223372036854775808", "email=", "=x", "a:b:1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(!add(intake, bad[i], "2", SLICE(""), 5, &error) && error.code == TETHER_BAD_ID && error.place == 5);
  CHECK(tether_intake_rows(intake) == 2);
  uint32_t index;
  tether_slice types;
  CHECK(tether_rowset_types_at(set, 0, &index, &types) && memcmp(types.data, "LFixed", 7) == 0);
  tether_intake_free(intake);
}

static void many_labels_are_each_one_index(void) {
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.from = "contacts", .to = "companies"});
  tether_error error;
  tether_lines lines;
  tether_rowset *set = tether_intake_set(intake, 0);
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < 3000; i++) {
      char key[32];
      int length = snprintf(key, sizeof key, "Llabel %d", i % 1000);
      CHECK(add(intake, "1", "2", (tether_slice){key, (size_t)length + 1}, i + 1, &error));
    }
    uint32_t index;
    tether_slice types;
    CHECK(tether_rowset_types_at(set, 999, &index, &types) && !tether_rowset_types_at(set, 1000, &index, &types));
    tether_links *links = tether_rowset_take(set, &lines);
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
    tether_jsonl *jsonl = tether_jsonl_new();
    tether_jsonl_row row;
    tether_error error;
    CHECK(tether_jsonl_feed(jsonl, text, length, &error));
    tether_jsonl_event event = tether_jsonl_next(jsonl, &row, &error);
    if (event == TETHER_JSONL_KEYS) {
      name_keys(jsonl, row.keys);
      event = tether_jsonl_next(jsonl, &row, &error);
    }
    CHECK(event == (over ? TETHER_JSONL_FAULT : TETHER_JSONL_ROW));
    tether_jsonl_free(jsonl);
    free(text);
  }
}

int main(void) {
  lines_are_rows();
  labels_and_types_are_items();
  words_for_nothing_stand_alone();
  faulty_lines_are_told_alone();
  a_line_without_end_costs_no_memory();
  ends_may_be_several();
  types_have_a_name_or_a_number();
  rows_stand_in_lists_and_answers();
  lost_lines_are_given_back();
  rows_become_links_with_their_lines();
  bad_rows_are_told();
  many_labels_are_each_one_index();
  the_longest_line_is_a_row();
  return failed != 0;
}
