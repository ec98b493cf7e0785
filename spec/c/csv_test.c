/* The CSV reader: every case whole, cut once at every byte, and byte by byte. */
#include "core/files/csv.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

#include "../fuzz/csv_fuzz.c" /* so that the fuzzer's target is compiled and run by every test */

/* What was read, as text: `1[a|b]` a row of line 1, `!3[a]` a faulty row and its place, `x3` the end of all reading. */
static void show(tether_buffer *out, tether_csv_event event, const tether_csv_row *row, const tether_error *error) {
  bool fine = event == TETHER_CSV_ROW;
  CHECK(fine || (error->code == TETHER_CSV_BROKEN && strncmp(error->text, "line", 4) == 0));
  tether_buffer_format(out, NULL, "%s%lld",
                       fine                        ? ""
                       : event == TETHER_CSV_FAULT ? "!"
                                                   : "x",
                       (long long)(fine ? row->line : error->place));
  if (event == TETHER_CSV_FAILED) return;
  tether_buffer_text(out, "[", NULL);
  for (size_t i = 0; i < row->count; i++) {
    if (i) tether_buffer_text(out, "|", NULL);
    tether_buffer_add(out, row->fields[i].data, row->fields[i].length, NULL);
  }
  tether_buffer_text(out, "]", NULL);
}

/* Feeds the pieces before and behind `cut`, or single bytes when it is SIZE_MAX. */
static void read_cut(const char *text, size_t length, size_t cut, tether_buffer *out, tether_error *error) {
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  size_t at = 0;
  tether_buffer_clear(out);
  for (;;) {
    tether_csv_event event = tether_csv_next(csv, &row, error);
    if (event == TETHER_CSV_END) break;
    if (event != TETHER_CSV_MORE) {
      show(out, event, &row, error);
    } else if (at == length) {
      tether_csv_finish(csv);
    } else {
      size_t piece = cut == SIZE_MAX ? 1 : at < cut ? cut : length - at;
      char *exact = malloc(piece); /* so that ASan sees a read behind the end, or after the feed */
      memcpy(exact, text + at, piece);
      CHECK(tether_csv_feed(csv, exact, piece, error));
      free(exact);
      at += piece;
    }
  }
  CHECK(tether_csv_next(csv, &row, error) == TETHER_CSV_END);
  tether_csv_free(csv);
}

#include "cuts.h" /* behind what it judges */

static void rows_come_with_their_lines(void) {
  EXPECT("", "");
  EXPECT("a", "1[a]");
  EXPECT("a,b\n1,2\n", "1[a|b]2[1|2]");
  EXPECT("a,b\n1,2", "1[a|b]2[1|2]");
  EXPECT("a,b\r\n1,2\r\n", "1[a|b]2[1|2]");
  EXPECT("a,b\r1,2\r", "1[a|b]2[1|2]");
  EXPECT("a,b\r\n1,2\n3,4\r5,6", "1[a|b]2[1|2]3[3|4]4[5|6]");
  EXPECT("\n\na,b\n\r\n\r1,2\n \t\n3,4\n\n", "3[a|b]6[1|2]8[3|4]");
  EXPECT("a,b\n,\n1,\n,2", "1[a|b]2[|]3[1|]4[|2]");
  EXPECT("a\n\"\"\nb", "1[a]2[]3[b]");
  EXPECT(" a , b \n 1,2 ", "1[ a | b ]2[ 1|2 ]");
}

static void a_byte_order_mark_is_dropped(void) {
  EXPECT("\xEF\xBB\xBF", "");
  EXPECT("\xEF\xBB\xBFid,b\n1,2", "1[id|b]2[1|2]");
  EXPECT("\xEF\xBB\xBF\"id\",b\n1,2", "1[id|b]2[1|2]");
  EXPECT("a,b\n\xEF\xBB\xBF"
         "1,2",
         "1[a|b]2[\xEF\xBB\xBF"
         "1|2]");
  EXPECT_SAYING("\xFF\xFE"
                "a\0,\0",
                "x1", "line 1: the file is UTF-16; save it as UTF-8");
  EXPECT("\xFE\xFF\0a", "x1");
}

static void marks_at_both_ends_are_dropped(void) {
  EXPECT("\xEF\xBB\xBF\xEF\xBB\xBF"
         "a,b\n1,2",
         "1[a|b]2[1|2]");
  EXPECT("a,b\n1,2\n\x1A", "1[a|b]2[1|2]");
  EXPECT("a,b\n1,2\x1A", "1[a|b]2[1|2]");
  EXPECT("a,b\n1,\"2\x1A\"", "1[a|b]2[1|2\x1A]");
}

/* A row without quotes is read by another way than one with them: both have the same fields and lines. */
static void quick_rows_are_as_others(void) {
  EXPECT("a,b\r\n1,2\r\n3,4\r\n\"5\",6\r\n7,8\r\n", "1[a|b]2[1|2]3[3|4]4[5|6]5[7|8]");
  EXPECT("a,b\r1,2\r3,4\r\n5,6\r", "1[a|b]2[1|2]3[3|4]4[5|6]");
  EXPECT("a,b\n1,2,\n3,4\n,\n5,x\xE9\n6,7", "1[a|b]2[1|2]3[3|4]4[|]!5[5|x\xE9]6[6|7]");
  EXPECT("a\n1\n \n\t\n\n2\n", "1[a]2[1]6[2]");
}

static void a_row_is_asked_for_some_fields(void) {
  static const char text[] = "title\n,,\na,b,c\n1,2,\xE9\n3\n\"4\n\",\xE9,5\n";
  const uint32_t asked[] = {0, 1};
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  tether_error error;
  tether_csv_begin_at(csv, 3);
  tether_csv_ask(csv, asked, 2);
  CHECK(tether_csv_feed(csv, text, sizeof text - 1, &error));
  tether_csv_finish(csv);
  CHECK(tether_csv_next(csv, &row, &error) == TETHER_CSV_ROW && row.line == 3 && row.count == 3);
  CHECK(tether_csv_next(csv, &row, &error) == TETHER_CSV_ROW && row.line == 4 && !row.is_short);
  CHECK(tether_csv_next(csv, &row, &error) == TETHER_CSV_ROW && row.count == 3 && row.is_short);
  CHECK(tether_csv_next(csv, &row, &error) == TETHER_CSV_FAULT && error.place == 7);
  CHECK(row.raw.length == 8 && memcmp(row.raw.data, "\"4\n\",\xE9,5", 8) == 0);
  CHECK(tether_csv_next(csv, &row, &error) == TETHER_CSV_END);
  tether_csv_free(csv);
}

/* A quote that is never closed swallows more than is kept: the beginning is given back, whatever the pieces. */
static void a_long_row_that_is_lost_gives_its_beginning_back(void) {
  enum { LINES = 20000, LINE = 10, KEPT = 64 << 10 };
  char *text = malloc(LINES * LINE + 16);
  size_t length = (size_t)sprintf(text, "a,b\n1,\"2\n");
  for (int i = 0; i < LINES; i++) length += (size_t)sprintf(text + length, "%04d,%04d\n", i % 9999, i % 777);
  for (size_t piece = 1000; piece < length * 2; piece *= 7) {
    tether_csv *csv = tether_csv_new();
    tether_csv_row row;
    tether_error error;
    tether_csv_event event = TETHER_CSV_MORE;
    for (size_t at = 0; at < length && event == TETHER_CSV_MORE; at += piece) {
      CHECK(tether_csv_feed(csv, text + at, length - at < piece ? length - at : piece, &error));
      while ((event = tether_csv_next(csv, &row, &error)) == TETHER_CSV_ROW) continue;
    }
    tether_csv_finish(csv);
    CHECK(event == TETHER_CSV_MORE && tether_csv_next(csv, &row, &error) == TETHER_CSV_FAILED);
    CHECK(row.raw.length == KEPT && memcmp(row.raw.data, text + 4, KEPT) == 0);
    tether_csv_free(csv);
  }
  free(text);
}

static void quoted_fields_hold_anything(void) {
  EXPECT("a,b\n\"1,5\",\"x \"\"y\"\"\"\n\"\",\"\"\"\"", "1[a|b]2[1,5|x \"y\"]3[|\"]");
  EXPECT("a,b\n\"1\n2\",\"x\r\ny\"\n3,4", "1[a|b]2[1\n2|x\r\ny]5[3|4]");
  EXPECT("a,b\r\"1\r2\",3\r4,5", "1[a|b]2[1\r2|3]4[4|5]");
  EXPECT("a,b\n \"1\" , \"2\" \n3,4", "1[a|b]2[1|2]3[3|4]");
  EXPECT("a,b\n5\" pipe,6\"\"\n\"7\",8", "1[a|b]2[5\" pipe|6\"\"]3[7|8]");
  EXPECT("\"a\nb\",c\n1,2", "1[a\nb|c]3[1|2]");
}

static void the_separator_is_found_in_the_first_line(void) {
  EXPECT("a;b\n1,5;2", "1[a|b]2[1,5|2]");
  EXPECT("a\tb\n1;5\t2", "1[a|b]2[1;5|2]");
  EXPECT("a\tb\n\t2\n\"1\"\t2", "1[a|b]2[|2]3[1|2]");
  EXPECT("\"a,x,y\";b\n1,5;2", "1[a,x,y|b]2[1,5|2]");
  EXPECT("\"a\"\",,\"\"\";b\n1,5;2", "1[a\",,\"|b]2[1,5|2]");
  EXPECT("a|b\n1|2", "1[a|b]2[1|2]");
  EXPECT("a|b;c\n1;2", "1[a|b|c]2[1|2]");
  EXPECT("name\na;b\nc\td", "1[name]2[a;b]3[c\td]");
  EXPECT("\t\t\n\na,b;c\n", "3[a|b;c]");
  EXPECT("sep=;\na;b\n1,5;2", "2[a|b]3[1,5|2]");
  EXPECT("sep=\t\r\na\tb", "2[a|b]");
  EXPECT("a,b\nsep=,\n", "1[a|b]2[sep=|]");
}

static void a_row_is_as_wide_as_the_first(void) {
  EXPECT("a,b,c\n1,2,3,,\n4,5,\n", "1[a|b|c]2[1|2|3]3[4|5|]");
  EXPECT("1,2,\n3,4\n5,6,x\n7\n", "1[1|2|]2[3|4|]3[5|6|x]!4[7]");
  EXPECT_SAYING("a,b,c\n1,2\n3,4,5", "1[a|b|c]!2[1|2]3[3|4|5]", "line 2: 2 fields, and the first line has 3");
  EXPECT_SAYING("a,b\n1\n3,4", "1[a|b]!2[1]3[3|4]", "line 2: 1 field, and the first line has 2");
  EXPECT_SAYING("a,b\n1,2,x\n3,4", "1[a|b]!2[1|2|x]3[3|4]", "line 2: 3 fields, and the first line has 2");
}

static void a_faulty_row_is_told_and_reading_goes_on(void) {
  EXPECT_SAYING("a,b\n1,caf\xE9\n3,4", "1[a|b]!2[1|caf\xE9]3[3|4]", "line 2: byte 0xE9 in field 2 is not UTF-8");
  EXPECT("a,b\n\"x\r\ny\n\xC3\",2\n3,4", "1[a|b]!4[x\r\ny\n\xC3|2]5[3|4]");
  EXPECT_SAYING("a,b\n1,\"Acme \"Best\" Inc\"\n3,4", "1[a|b]!2[1|Acme ]3[3|4]",
                "line 2: text behind the closing quote of field 2; a quote inside a quoted field is written twice");
  EXPECT_SAYING("a,b\n1,\"x\n3,\"4\"\n5,6", "1[a|b]!2[1|x\n3,]4[5|6]",
                "lines 2 to 3: text behind the closing quote of field 2; a quote inside a quoted field is written "
                "twice");
  EXPECT("a,b\n1,\"x\"y,\"z\n3,4\n", "1[a|b]!2[1|x]3[3|4]");
  EXPECT("a,b\n1,\"x\"y", "1[a|b]!2[1|x]");
  EXPECT("caf\xE9,b\n1,2\n3", "!1[caf\xE9|b]2[1|2]!3[3]");
  static const char nul[] = "a,b\n1,x\0y\n3,4"; /* not for EXPECT, which shows text */
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 1000);
  read_cut(nul, sizeof nul - 1, 3, &out, &error);
  CHECK(strcmp(error.text, "line 2: a NUL byte in field 2") == 0 && error.place == 2);
  CHECK(out.length == 21 && memcmp(out.data + 16, "[3|4]", 5) == 0);
  tether_buffer_free(&out);
}

static void a_quote_that_is_never_closed_ends_it(void) {
  EXPECT_SAYING("a,b\n1,2\n3,\"4\n5,6\n7,8\n", "1[a|b]2[1|2]x3",
                "lines 3 to 5: the quote that opens in line 3 is never closed: 3 lines cannot be read");
  EXPECT("\"", "x1");
  EXPECT("a,\"\"\"", "x1");
}

static void only_utf8_is_taken_for_utf8(void) {
  static const char *const fine[] = {"\xC2\x80",         "\xDF\xBF",         "\xE0\xA0\x80",
                                     "\xED\x9F\xBF",     "\xEE\x80\x80",     "\xEF\xBF\xBF",
                                     "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "Zo\xC3\xAB"};
  static const char *const wrong[] = {"\x80",         "\xC3",         "\xC0\xAF",         "\xC1\xBF",
                                      "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                                      "\xF5\x80",     "\xFF",         "\xE2\x82",         "\xE2\x82x",
                                      "\xF0\x9F\x98", "\xC3,\xA9"};
  char expected[64];
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
    snprintf(expected, sizeof expected, "1[%s]", fine[i]);
    expect(fine[i], strlen(fine[i]), expected, NULL);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    snprintf(expected, sizeof expected, "!1[%s]", strcmp(wrong[i], "\xC3,\xA9") == 0 ? "\xC3|\xA9" : wrong[i]);
    expect(wrong[i], strlen(wrong[i]), expected, NULL);
  }
}

/* Feeds `piece` again and again, then a fine row; returns the first event and its error. */
static tether_csv_event flood(const char *head, char piece, size_t length, const char *tail, tether_error *error) {
  char block[1 << 12];
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  tether_csv_event event = TETHER_CSV_MORE, first = TETHER_CSV_MORE;
  memset(block, piece, sizeof block);
  CHECK(tether_csv_feed(csv, "a,b\n", 4, error) && tether_csv_next(csv, &row, error) == TETHER_CSV_ROW);
  CHECK(tether_csv_feed(csv, head, strlen(head), error));
  for (size_t done = 0; done < length; done += sizeof block) {
    CHECK(tether_csv_feed(csv, block, sizeof block, error));
    event = tether_csv_next(csv, &row, error);
    CHECK(event == TETHER_CSV_MORE);
  }
  CHECK(tether_csv_feed(csv, tail, strlen(tail), error));
  tether_csv_finish(csv);
  first = tether_csv_next(csv, &row, error);
  if (first == TETHER_CSV_FAULT) {
    CHECK(row.count == 0);
    CHECK(tether_csv_next(csv, &row, NULL) == TETHER_CSV_ROW && row.count == 2);
    CHECK(row.fields[0].length == 1 && *row.fields[0].data == '3');
  }
  CHECK(tether_csv_next(csv, &row, NULL) == TETHER_CSV_END);
  tether_csv_free(csv);
  return first;
}

static void memory_has_a_ceiling(void) {
  tether_error error;
  CHECK(flood("1,", 'x', TETHER_CEILING_FIELD - 8192, "\n", &error) == TETHER_CSV_ROW);
  CHECK(flood("1,", 'x', TETHER_CEILING_FIELD + 4096, "\n3,4", &error) == TETHER_CSV_FAULT);
  CHECK(error.place == 2 && strstr(error.text, "line 2: the bytes of a field exceed 1048576"));
  CHECK(flood("1,\"", '\n', 4 * TETHER_CEILING_FIELD, "\"\n3,4", &error) == TETHER_CSV_FAULT && error.place == 2);
  CHECK(flood("1,\"", 'x', 4 * TETHER_CEILING_FIELD, "\n3,4", &error) == TETHER_CSV_FAILED && error.place == 2);
  CHECK(flood("1", ',', 2 * TETHER_CSV_FIELDS, "\n3,4", &error) == TETHER_CSV_FAULT);
  CHECK(strstr(error.text, "line 2: more fields than 16384"));
}

static void nothing_is_fed_after_the_end(void) {
  tether_error error;
  tether_csv *csv = tether_csv_new();
  tether_csv_row row;
  CHECK(tether_csv_separator(csv) == 0);
  CHECK(tether_csv_feed(csv, "a;b\n", 4, &error) && tether_csv_next(csv, &row, &error) == TETHER_CSV_ROW);
  CHECK(tether_csv_separator(csv) == ';');
  tether_csv_finish(csv);
  CHECK(!tether_csv_feed(csv, "x", 1, &error) && error.code == TETHER_BAD_ARGUMENT);
  tether_csv_free(csv);
  tether_csv_free(NULL);
}

int main(void) {
  rows_come_with_their_lines();
  a_byte_order_mark_is_dropped();
  marks_at_both_ends_are_dropped();
  quick_rows_are_as_others();
  a_row_is_asked_for_some_fields();
  a_long_row_that_is_lost_gives_its_beginning_back();
  quoted_fields_hold_anything();
  the_separator_is_found_in_the_first_line();
  a_row_is_as_wide_as_the_first();
  a_faulty_row_is_told_and_reading_goes_on();
  a_quote_that_is_never_closed_ends_it();
  only_utf8_is_taken_for_utf8();
  memory_has_a_ceiling();
  nothing_is_fed_after_the_end();
  return failed != 0;
}
