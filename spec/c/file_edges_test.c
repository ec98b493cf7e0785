/* What stands at the very edge of what files may hold: one byte, one field, one row more or less. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/files/csvrow.h"
#include "core/files/intake.h"
#include "core/files/jsonl.h"
#include "core/files/rowtext.h"
#include "core/text/blanks.h"
#include "core/text/cell.h"
#include "core/text/labelcell.h"

#include "../fuzz/jsonl_fuzz.c" /* names keys by what they are called */

static tether_slice slice(const char *text) { return (tether_slice){text, strlen(text)}; }

static bool is(tether_slice text, const char *expected) {
  return text.length == strlen(expected) && (text.length == 0 || memcmp(text.data, expected, text.length) == 0);
}

/* -- CSV ----------------------------------------------------------------------------------------------------------- */

/* Reads the second row of a file whose first one is given, fed as one piece. */
static tether_csv_event second_row(tether_csv *csv, const char *text, size_t length, tether_csv_row *row,
                                   tether_error *error) {
  CHECK(tether_csv_feed(csv, text, length, error));
  tether_csv_finish(csv);
  CHECK(tether_csv_next(csv, row, error) == TETHER_CSV_ROW);
  return tether_csv_next(csv, row, error);
}

static tether_csv_event second_row_of(const char *text, tether_error *error) {
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  tether_csv_event event = second_row(csv, text, strlen(text), &row, error);
  tether_csv_free(csv);
  return event;
}

/* A row that begins with `head`, has `count` bytes more, and ends with `tail`. */
static tether_csv_event long_row(const char *head, char byte, size_t count, const char *tail, tether_error *error) {
  char *text = malloc(strlen(head) + count + strlen(tail) + 1);
  strcpy(text, head);
  memset(text + strlen(head), byte, count);
  strcpy(text + strlen(head) + count, tail);
  tether_csv_event event = second_row_of(text, error);
  free(text);
  return event;
}

static void the_longest_field_and_the_most_fields_are_a_row(void) {
  tether_error error;
  CHECK(long_row("a,b\n1,", 'x', TETHER_CEILING_FIELD, "\n", &error) == TETHER_CSV_ROW);
  CHECK(long_row("a,b\n1,", 'x', TETHER_CEILING_FIELD + 1, "\n", &error) == TETHER_CSV_FAULT);
  CHECK(long_row("a,b\n1", ',', TETHER_CSV_FIELDS - 1, "\n", &error) == TETHER_CSV_ROW);
  CHECK(long_row("a,b\n1", ',', TETHER_CSV_FIELDS, "\n", &error) == TETHER_CSV_FAULT);
}

static void lines_are_told_as_people_count_them(void) {
  tether_error error;
  CHECK(second_row_of("a,b\n\"x\r\r\xFF\",y\n", &error) == TETHER_CSV_FAULT && error.place == 4);
  CHECK(long_row("a,b\n1,\"", '\n', 100, "x", &error) == TETHER_CSV_FAILED);
  CHECK(strstr(error.text, "lines 2 to 102: ") && strstr(error.text, ": 101 lines cannot be read"));
}

static void rows_are_counted_where_lines_are_none(void) {
  static const char text[] = "a,b\n\"x\ny\",1\n2,3\n";
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  tether_error error;
  tether_csv_count_rows(csv);
  CHECK(second_row(csv, text, sizeof text - 1, &row, &error) == TETHER_CSV_ROW && row.line == 2);
  CHECK(tether_csv_next(csv, &row, &error) == TETHER_CSV_ROW && row.line == 3);
  tether_csv_free(csv);
}

static void only_a_hint_is_a_hint_and_a_bar_stands_back(void) {
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  tether_error error;
  CHECK(second_row(csv, "sepx,\n1,2", 9, &row, &error) == TETHER_CSV_ROW && row.line == 2);
  tether_csv_free(csv);
  csv = tether_csv_new();
  CHECK(second_row(csv, "a|b|c,d\n1,2", 11, &row, &error) == TETHER_CSV_ROW && tether_csv_separator(csv) == ',');
  tether_csv_free(csv);
}

static void a_label_that_was_escaped_is_read_as_it_was(void) {
  tether_csvrow_columns columns = {
      .column = {[TETHER_ROLE_FROM] = 1, [TETHER_ROLE_TO] = 2, [TETHER_ROLE_LABEL] = 3, [TETHER_ROLE_RAW] = 4},
      .typed = true};
  tether_slice fields[] = {slice("1"), slice("2"), slice("'@boss"), slice("")};
  tether_csv_row row = {.fields = fields, .count = 4, .line = 2, .last_line = 2};
  tether_intake_row read;
  tether_item_kind kind;
  tether_slice text;
  tether_buffer types;
  tether_error error;
  tether_buffer_init(&types, 1000);
  CHECK(tether_csvrow_read(&columns, &row, &types, &read, &error));
  CHECK(tether_typekey_next(&read.types, &kind, &text) && is(text, "@boss"));
  fields[0] = slice(""); /* one end alone is a row, whatever stands beside it */
  fields[3] = slice("lost");
  CHECK(tether_csvrow_read(&columns, &row, &types, &read, &error));
  fields[1] = slice("");
  CHECK(!tether_csvrow_read(&columns, &row, &types, &read, &error) && error.code == TETHER_CSV_BROKEN);
  tether_buffer_free(&types);
}

/* -- JSON lines ---------------------------------------------------------------------------------------------------- */

static tether_jsonl_event first_of(const char *text, tether_jsonl **jsonl, tether_jsonl_row *row, tether_error *error) {
  *jsonl = tether_jsonl_new();
  CHECK(tether_jsonl_feed(*jsonl, text, strlen(text), error));
  tether_jsonl_finish(*jsonl);
  tether_jsonl_event event = tether_jsonl_next(*jsonl, row, error);
  if (event != TETHER_JSONL_KEYS) return event;
  name_keys(*jsonl, row->keys);
  return tether_jsonl_next(*jsonl, row, error);
}

static void marks_and_backslashes_end_where_they_end(void) {
  tether_jsonl *jsonl;
  tether_jsonl_row row;
  tether_error error;
  CHECK(first_of("\xEF\xBB\xBF\xEF\xBB\xBF{\"from\":1,\"to\":2}", &jsonl, &row, &error) == TETHER_JSONL_ROW);
  tether_jsonl_free(jsonl);
  CHECK(first_of("[{\"from\":1,\"to\":2,\"x\":\"\\\\\"},{\"from\":3,\"to\":4,\"x\":\"\"}]", &jsonl, &row, &error) ==
        TETHER_JSONL_ROW);
  CHECK(tether_jsonl_next(jsonl, &row, &error) == TETHER_JSONL_ROW && is(row.from, "3"));
  tether_jsonl_free(jsonl);
}

static void of_a_long_line_that_is_lost_a_part_is_given_back(void) {
  enum { KEPT = 64 << 10 };
  char *text = calloc(1, 2 * KEPT + 100);
  tether_jsonl *jsonl;
  tether_jsonl_row row;
  tether_error error;
  strcpy(text, "{\"from\":1,\"x\":\"");
  memset(text + strlen(text), 'x', 2 * KEPT);
  strcpy(text + strlen(text), "\"}\n");
  CHECK(first_of(text, &jsonl, &row, &error) == TETHER_JSONL_FAULT && row.raw.length == KEPT);
  tether_jsonl_free(jsonl);
  free(text);
}

/* -- rows of both -------------------------------------------------------------------------------------------------- */

static bool add(tether_intake *intake, const char *from, const char *to, const char *primary, int64_t last_line,
                tether_error *error) {
  tether_intake_row row = {.end = {slice(from), slice(to)}, .line = 1, .last_line = last_line};
  if (primary) row.primary_ids = slice(primary);
  return tether_intake_add(intake, &row, error);
}

static void a_file_has_as_many_pairs_as_are_allowed(void) {
  char from[40];
  tether_error error;
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.one_pair = false});
  for (int i = 0; i < TETHER_INTAKE_PAIRS; i++) {
    snprintf(from, sizeof from, "p_pet%d:1", i);
    CHECK(add(intake, from, "companies:2", NULL, 1, &error));
  }
  CHECK(!add(intake, "p_other:1", "companies:2", NULL, 1, &error) && error.code == TETHER_INVALID);
  CHECK(tether_intake_rows(intake) == TETHER_INTAKE_PAIRS);
  tether_intake_free(intake);
}

static void ten_lines_are_a_long_row_and_a_primary_leaves_the_separator_alone(void) {
  tether_error error;
  tether_intake *intake = tether_intake_new(&(tether_intake_options){.from = "contacts", .to = "companies"});
  CHECK(add(intake, "1", "2", NULL, TETHER_INTAKE_LONG - 1, &error) && tether_intake_tell(intake)->long_rows == 0);
  CHECK(add(intake, "1", "2", NULL, TETHER_INTAKE_LONG, &error) && tether_intake_tell(intake)->long_rows == 1);
  CHECK(add(intake, "1", "2", "2;3", 1, &error));
  CHECK(!add(intake, "1", "3;4", NULL, 1, &error) && error.code == TETHER_BAD_ID);
  tether_intake_free(intake);
}

static void a_refused_row_has_no_line_and_keys_go_with_their_set(void) {
  tether_rowset *set = tether_rowset_new(slice("contacts"), slice("companies"));
  tether_rowset_key key;
  tether_lines lines;
  tether_error error;
  tether_cell end = {.kind = TETHER_CELL_KEY, .id = 1, .property = "email", .text = slice("a@x.example")};
  CHECK(!tether_rowset_add_ids(set, 1, 0, slice(""), 1, &error));
  CHECK(tether_rowset_add(set, &end, &(tether_cell){.kind = TETHER_CELL_ID, .id = 2}, slice(""), 2, &error));
  CHECK(tether_rowset_key_at(set, 0, &key) && is(key.text, "email=a@x.example"));
  tether_links *links = tether_rowset_take(set, &lines);
  CHECK(lines.count == 1 && lines.list[0] == 2 && tether_links_count(links) == 1);
  CHECK(!tether_rowset_key_at(set, 0, &key));
  tether_lines_free(&lines);
  tether_links_free(links);
  tether_rowset_free(set);
}

static void ids_beyond_2_53_are_text(void) {
  const tether_slice behind[] = {slice("\n")};
  const tether_rowtext shape = {slice(""), slice(","), behind, 1, true};
  const int64_t last = INT64_C(9007199254740992);
  tether_links *links = tether_links_new();
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 1000);
  CHECK(tether_links_add(links, last, last + 1, 0, &error) && tether_links_add(links, last + 1, last, 0, &error));
  CHECK(tether_rowtext_add(&shape, links, (tether_rows){NULL, 0, 2}, &out, &error));
  CHECK(is((tether_slice){out.data, out.length},
           "9007199254740992,\"9007199254740993\"\n\"9007199254740993\",9007199254740992\n"));
  tether_buffer_free(&out);
  tether_links_free(links);
}

/* -- cells --------------------------------------------------------------------------------------------------------- */

static bool reads(const char *text, int64_t id, const char **problem) {
  tether_cell cell;
  int64_t counted[TETHER_COUNTED_KINDS] = {0};
  return tether_cell_read(slice(text), &cell, counted, problem) && cell.id == id;
}

static void cells_end_where_they_end(void) {
  const char *problem = "";
  CHECK(reads("=\"7\"", 7, &problem));
  CHECK(reads("https://app.hubspot.com/contacts/1/record/0-1/101#x", 101, &problem));
  CHECK(!reads("https://app.hubspot.com/contacts/123", 123, &problem));
  CHECK(!reads("/5", 5, &problem) && strcmp(problem, "") == 0);
  CHECK(!tether_role_is_type_name(slice("contact_to_")) && tether_role_is_type_name(slice("contact_to_x")));
}

static void what_fits_is_shown_whole(void) {
  char shown[TETHER_SHOWN], text[TETHER_SHOWN + 1] = "";
  memset(text, 'x', TETHER_SHOWN - 12);
  CHECK(strcmp(tether_show(slice(text), shown), text) == 0);
  CHECK(strcmp(tether_show((tether_slice){"a\0b", 3}, shown), "a\\u{0}b") == 0);
}

static void a_label_with_a_semicolon_is_quoted_beside_any_separator(void) {
  tether_buffer key, out;
  tether_buffer_init(&key, 100);
  tether_buffer_init(&out, 100);
  CHECK(tether_typekey_add(&key, TETHER_ITEM_LABEL, slice("a;b"), NULL));
  CHECK(tether_labelcell_write((tether_slice){key.data, key.length}, '|', &out, NULL));
  CHECK(is((tether_slice){out.data, out.length}, "\"a;b\""));
  tether_buffer_free(&key);
  tether_buffer_free(&out);
}

int main(void) {
  the_longest_field_and_the_most_fields_are_a_row();
  lines_are_told_as_people_count_them();
  rows_are_counted_where_lines_are_none();
  only_a_hint_is_a_hint_and_a_bar_stands_back();
  a_label_that_was_escaped_is_read_as_it_was();
  marks_and_backslashes_end_where_they_end();
  of_a_long_line_that_is_lost_a_part_is_given_back();
  a_file_has_as_many_pairs_as_are_allowed();
  ten_lines_are_a_long_row_and_a_primary_leaves_the_separator_alone();
  a_refused_row_has_no_line_and_keys_go_with_their_set();
  ids_beyond_2_53_are_text();
  cells_end_where_they_end();
  what_fits_is_shown_whole();
  a_label_with_a_semicolon_is_quoted_beside_any_separator();
  return failed != 0;
}
