/* The base room: ids, buffers, clock. */
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/utf8.h"
#include "check.h"

static void ids_are_exact(void) {
  int64_t id;
  char digits[TETHER_ID_DIGITS];
  CHECK(tether_id_parse("9223372036854775807", 19, &id) && id == INT64_MAX);
  CHECK(tether_id_format(id, digits) == 19 && memcmp(digits, "9223372036854775807", 19) == 0);
  CHECK(!tether_id_parse("9223372036854775808", 19, &id));
  CHECK(!tether_id_parse("9999999999999999999", 19, &id));
  CHECK(!tether_id_parse("", 0, &id) && !tether_id_parse("0", 1, &id) && !tether_id_parse("1x", 2, &id));
}

static void ids_of_every_length_come_back(void) {
  for (int length = 1; length <= TETHER_ID_DIGITS; length++) {
    int64_t power = 1, id;
    for (int i = 1; i < length; i++) power *= 10;
    const int64_t around[] = {power, power + 1, power * 9 - 1 + (length == 1), power - (length > 1)};
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
      if (around[i] < 1) continue;
      char text[32], digits[TETHER_ID_DIGITS];
      size_t wanted = (size_t)snprintf(text, sizeof text, "%lld", (long long)around[i]);
      CHECK(tether_id_format(around[i], digits) == wanted && memcmp(digits, text, wanted) == 0);
      CHECK(tether_id_parse(digits, wanted, &id) && id == around[i]);
      CHECK(tether_id_scan("1234567890,", 11, &id) == 10 && id == 1234567890);
    }
  }
}

static void an_id_finds_its_place(void) {
  static const int64_t ids[] = {1, 5, 5, INT64_MAX};
  static const struct {
    int64_t id;
    size_t place;
  } expected[] = {{0, 0}, {1, 0}, {2, 1}, {5, 1}, {6, 3}, {INT64_MAX, 3}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    CHECK(tether_id_place(ids, 4, expected[i].id) == expected[i].place);
  CHECK(tether_id_place(ids, 3, INT64_MAX) == 3);
  CHECK(tether_id_place(ids, 0, 1) == 0);
}

static void a_full_buffer_stays_as_it_was(void) {
  tether_buffer buffer;
  tether_error error;
  tether_buffer_init(&buffer, 300);
  CHECK(tether_buffer_text(&buffer, "abc", &error));
  CHECK(!tether_buffer_room(&buffer, 298, &error) && error.code == TETHER_TOO_LARGE);
  CHECK(buffer.length == 3 && memcmp(buffer.data, "abc", 3) == 0);
  CHECK(tether_buffer_format(&buffer, &error, "%d", 42) && buffer.length == 5);
  CHECK(tether_buffer_id(&buffer, 9001, &error) && memcmp(buffer.data, "abc429001", 9) == 0);
  tether_buffer_free(&buffer);
  tether_buffer_free(&buffer);
}

static void times_are_written_as_hubspot_does(void) {
  char text[TETHER_CLOCK_ISO];
  tether_clock_iso(0, text);
  CHECK(strcmp(text, "1970-01-01T00:00:00Z") == 0);
  tether_clock_iso(1703192812083, text);
  CHECK(strcmp(text, "2023-12-21T21:06:52.083Z") == 0);
  int64_t ms = 0;
  CHECK(tether_clock_read_iso("2023-12-21T21:06:52.083Z", &ms) && ms == 1703192812083);
  CHECK(tether_clock_read_iso("2024-02-29T00:00:00Z", &ms) && ms == 1709164800000);
  CHECK(tether_clock_read_iso("1970-01-01T00:00:00.5Z", &ms) && ms == 500);
  CHECK(!tether_clock_read_iso("2024-02-29", &ms) && !tether_clock_read_iso("2024-02-29T00:00:00+01:00", &ms));
}

static void what_is_cut_out_is_gone(void) {
  tether_buffer buffer;
  tether_buffer_init(&buffer, 300);
  CHECK(tether_buffer_text(&buffer, "abcdefghij", NULL));
  tether_buffer_cut(&buffer, 2, 3);
  CHECK(buffer.length == 7 && memcmp(buffer.data, "abfghij", 7) == 0);
  tether_buffer_cut(&buffer, 7, 0);
  CHECK(buffer.length == 7);
  tether_buffer_free(&buffer);
}

static void text_ends_where_a_character_breaks(void) {
  CHECK(tether_utf8_bad("\xE2\x82\xAC", 3) == 3);
  CHECK(tether_utf8_bad("a\xE2\x82\xC3", 4) == 1); /* the third byte begins another character */
  CHECK(tether_utf8_bad("a\xE2\x82", 3) == 1);
}

int main(void) {
  what_is_cut_out_is_gone();
  text_ends_where_a_character_breaks();
  ids_are_exact();
  ids_of_every_length_come_back();
  an_id_finds_its_place();
  a_full_buffer_stays_as_it_was();
  times_are_written_as_hubspot_does();
  return failed != 0;
}
