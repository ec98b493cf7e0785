/* What the echo of a request spares to read, beside the same answer read without it: the pairs must be the same, in the
 * same order. Answers name the rows in order, but for what is changed by chance. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/digits.h"
#include "check.h"
#include "core/wire/decode.h"
#include "core/wire/echo.h"
#include "core/wire/encode.h"

enum { ROWS_MOST = 40, TURNS = 3000 };

static unsigned seed = 5;

static unsigned any(unsigned most) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % most;
}

/* In half of the sets ids have the same number of digits, as those of an account mostly have: only such rows run. */
static unsigned digits_of_all;

static int64_t any_id(void) {
  int64_t id = 1 + any(9);
  for (unsigned digits = digits_of_all ? digits_of_all - 1 : any(18); digits; digits--) id = id * 10 + any(10);
  return id;
}

static tether_links *some_links(void) {
  tether_links *links = tether_links_new();
  digits_of_all = any(2) ? 1 + any(18) : 0;
  for (unsigned i = 1 + any(ROWS_MOST); i; i--) {
    tether_spec types[] = {{TETHER_HUBSPOT_DEFINED, 279}, {TETHER_USER_DEFINED, (int32_t)(1 + any(3))}};
    uint32_t set;
    CHECK(tether_links_intern(links, types, 1 + any(2), &set, NULL));
    CHECK(tether_links_add(links, any_id(), any(4) ? any_id() : 7, set, NULL));
  }
  return links;
}

/* One result, in one of the forms that answers have; some name another pair than the row. */
static void add_result(tether_buffer *out, tether_link link) {
  long long from = link.from, to = any(30) ? link.to : any_id();
  static const char *const forms[] = {"{\"fromObjectTypeId\":\"0-1\",\"fromObjectId\":%lld,\"toObjectTypeId\":\"0-2\","
                                      "\"toObjectId\":%lld,\"labels\":[]}",
                                      "{\"fromObjectId\":\"%lld\",\"toObjectId\":\"%lld\",\"labels\":[\"a\"]}",
                                      "{\"from\":{\"id\":\"%lld\"},\"to\":{\"id\":\"%lld\"}}",
                                      "{ \"fromObjectId\":%lld, \"toObjectId\":%lld}"};
  if (any(60) == 0)
    tether_buffer_format(out, NULL, "{\"toObjectId\":%lld,\"fromObjectId\":%lld}", to, from);
  else
    tether_buffer_format(out, NULL, forms[any(25) ? 0 : any(4)], from, to);
}

static void write_answer(const tether_links *links, tether_buffer *out) {
  tether_buffer_text(out, "{\"status\":\"COMPLETE\",\"results\":[", NULL);
  for (size_t i = 0, told = 0; i < tether_links_count(links); i++) {
    if (any(50) == 0) continue;
    if (told++) tether_buffer_text(out, ",", NULL);
    add_result(out, tether_links_at(links, i));
  }
  tether_buffer_text(out, "]}", NULL);
}

/* The pairs of a report in order: first those that the echo counts, then those that are listed. */
static size_t pairs_of(const tether_report *report, const tether_links *links, tether_pair *pairs) {
  size_t count = 0;
  for (; count < report->echoed; count++) {
    tether_link link = tether_links_at(links, count);
    pairs[count] = (tether_pair){link.from, link.to};
  }
  for (size_t i = 0; i < report->confirmed_count; i++) pairs[count++] = report->confirmed[i];
  return count;
}

static size_t decode(const tether_links *links, const tether_buffer *answer, tether_slice body, tether_pair *pairs) {
  tether_report report;
  tether_report_init(&report);
  tether_asked asked = {.sides = {NULL, NULL, "0-1", "0-2"}, .body = body};
  CHECK(tether_decode_answer(answer->data, answer->length, 201, asked, &report, NULL));
  size_t count = pairs_of(&report, links, pairs);
  tether_report_free(&report);
  return count;
}

static void an_answer_says_the_same_with_its_echo(void) {
  size_t echoed = 0;
  for (int turn = 0; turn < TURNS; turn++) {
    tether_links *links = some_links();
    tether_rows rows = {NULL, 0, tether_links_count(links)};
    tether_buffer body, answer;
    tether_pair plain[ROWS_MOST], with[ROWS_MOST];
    tether_buffer_init(&body, 1 << 20);
    tether_buffer_init(&answer, 1 << 20);
    CHECK((any(2) ? tether_encode_typed : tether_encode_pairs)(links, rows, &body, NULL));
    write_answer(links, &answer);
    size_t count = decode(links, &answer, (tether_slice){NULL, 0}, plain);
    CHECK(decode(links, &answer, (tether_slice){body.data, body.length}, with) == count);
    CHECK(count == 0 || memcmp(plain, with, count * sizeof *plain) == 0);
    echoed += count;
    tether_buffer_free(&body);
    tether_buffer_free(&answer);
    tether_links_free(links);
  }
  CHECK(echoed > TURNS);
}

/* Any body that is cut off or is not ours has no echo from there on, and nothing outside of it is read. */
static void a_body_that_is_cut_off_has_an_echo_up_to_there(void) {
  tether_links *links = some_links();
  tether_buffer body;
  tether_buffer_init(&body, 1 << 20);
  CHECK(tether_encode_typed(links, (tether_rows){NULL, 0, tether_links_count(links)}, &body, NULL));
  size_t last = 0;
  for (size_t length = 0; length <= body.length; length++) {
    char *exact = malloc(length ? length : 1);
    memcpy(exact, body.data, length);
    tether_echo echo;
    tether_slice from, to;
    size_t rows = 0;
    tether_echo_init(&echo, (tether_slice){exact, length});
    while (tether_echo_next(&echo, &from, &to)) rows++;
    CHECK(rows >= last && rows <= last + 1);
    last = rows;
    free(exact);
  }
  CHECK(last == tether_links_count(links));
  tether_buffer_free(&body);
  tether_links_free(links);
}

/* -- the fast forms under it, beside their plain ones ---------------------------------------------------------------
 */

static void digits_are_read_and_written_as_in_the_plain_forms(void) {
  for (int turn = 0; turn < 200000; turn++) {
    uint64_t value = (uint64_t)any_id(), fast, plain;
    char wrote[TETHER_DIGITS_ROOM], slowly[TETHER_DIGITS_ROOM];
    size_t length = tether_digits_write(value, wrote);
    CHECK(length == tether_digits_write_plain(value, slowly) && memcmp(wrote, slowly, length) == 0);
    char over[TETHER_DIGITS_OVER + TETHER_DIGITS_ROOM];
    CHECK(tether_digits_write_over(value, over + TETHER_DIGITS_OVER) == length);
    CHECK(memcmp(over + TETHER_DIGITS_OVER, slowly, length) == 0);
    size_t around = length + any(12), most = 1 + any(19);
    char *text = malloc(around);
    memset(text, "9a:/0\xFF\xFA,"[any(8)], around);
    memcpy(text, wrote, length);
    CHECK(tether_digits_scan(text, around, most, &fast) == tether_digits_scan_plain(text, around, most, &plain));
    CHECK(fast == plain && tether_digits_count(text, around) == tether_digits_count_plain(text, around));
    bool whole = length >= 9 && length <= 16;
    CHECK(tether_digits_read(text, length, &fast) == whole && (!whole || fast == value));
    text[any((unsigned)length)] = "/:x\xB0"[any(4)];
    CHECK(!tether_digits_read(text, length, &fast));
    free(text);
  }
}

static void ids_are_written_one_behind_the_other(void) {
  for (int turn = 0; turn < TURNS; turn++) {
    tether_links *links = some_links();
    tether_rows rows = {NULL, 0, any(8) ? tether_links_count(links) : 0};
    tether_buffer body, slowly;
    tether_buffer_init(&body, 1 << 20);
    tether_buffer_init(&slowly, 1 << 20);
    tether_buffer_text(&slowly, "{\"inputs\":[", NULL);
    for (size_t i = 0; i < rows.count; i++)
      tether_buffer_format(&slowly, NULL, "%s{\"id\":\"%lld\"}", i ? "," : "",
                           (long long)tether_links_at(links, i).from);
    tether_buffer_text(&slowly, "]}", NULL);
    CHECK(tether_encode_ids(links, rows, &body, NULL) && body.length == slowly.length);
    CHECK(memcmp(body.data, slowly.data, slowly.length) == 0);
    tether_buffer_free(&body);
    tether_buffer_free(&slowly);
    tether_links_free(links);
  }
}

static void texts_are_compared_to_their_last_byte(void) {
  for (size_t length = 0; length < 40; length++) {
    char *a = malloc(length + 1), *b = malloc(length + 1);
    for (size_t i = 0; i < length; i++) a[i] = b[i] = (char)any(256);
    CHECK(tether_bytes_same(a, b, length) && tether_bytes_same_plain(a, b, length));
    for (size_t i = 0; i < length; i++) {
      b[i] ^= 0x10;
      CHECK(!tether_bytes_same(a, b, length));
      b[i] ^= 0x10;
    }
    free(a);
    free(b);
  }
}

int main(void) {
  an_answer_says_the_same_with_its_echo();
  a_body_that_is_cut_off_has_an_echo_up_to_there();
  digits_are_read_and_written_as_in_the_plain_forms();
  ids_are_written_one_behind_the_other();
  texts_are_compared_to_their_last_byte();
  return failed != 0;
}
