/* Recode: every text whole, cut once at every byte, and byte by byte, becomes the same UTF-8. */
#include "core/text/recode.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "holds.h"

#include "../fuzz/recode_fuzz.c" /* so that the fuzzer's target is compiled and run by every test */

static void expect(tether_encoding encoding, const char *text, size_t length, const char *expected) {
  for (size_t cut = 1; cut <= length; cut++) {
    tether_buffer out = recoded(encoding, text, length, cut);
    CHECK(holds(&out, expected));
    tether_buffer_free(&out);
  }
  uint8_t bytes[256] = {0, (uint8_t)encoding};
  memcpy(bytes + 2, text, length);
  LLVMFuzzerTestOneInput(bytes, length + 2);
}

#define EXPECT(encoding, text, expected) expect(TETHER_ENCODING_##encoding, text, sizeof(text) - 1, expected)
#define GUESS(encoding, text) CHECK(tether_encoding_guess(text, sizeof(text) - 1) == TETHER_ENCODING_##encoding)

static void text_comes_out_as_utf8(void) {
  EXPECT(UTF16LE, "a\0,\0\xE4\0\r\0\n\0", "a,\xC3\xA4\r\n");
  EXPECT(UTF16BE, "\0a\0,\0\xE4\0\n", "a,\xC3\xA4\n");
  EXPECT(UTF16LE, "=\xD8\x00\xDE", "\xF0\x9F\x98\x80");
  EXPECT(WINDOWS1252, "caf\xE9 \x80", "caf\xC3\xA9 \xE2\x82\xAC");
  EXPECT(UTF8, "caf\xC3\xA9", "caf\xC3\xA9");
}

static void what_is_no_character_is_no_utf8(void) {
  EXPECT(UTF16LE,
         "\x00\xD8"
         "a\0",
         "\xFF"
         "a");                             /* half a pair */
  EXPECT(UTF16LE, "a\0b", "a\xFF");        /* half a unit at the end */
  EXPECT(UTF16LE, "a\0=\xD8", "a\xFF");    /* half a pair at the end */
  EXPECT(WINDOWS1252, "a\x81z", "a\xFFz"); /* a byte without a meaning */
}

static void the_first_bytes_tell(void) {
  GUESS(UTF8, "");
  GUESS(UTF8, "from,to\n1,2");
  GUESS(UTF8, "caf\xC3\xA9");
  GUESS(UTF8, "caf\xC3\xA9 and caf\xE9");
  GUESS(UTF8, "\xEF\xBB\xBF"
              "caf\xE9");
  GUESS(UTF16LE, "\xFF\xFE");
  GUESS(UTF16BE, "\xFE\xFF");
  GUESS(UTF16LE, "f\0r\0o\0m\0");
  GUESS(UTF16BE, "\0f\0r\0o\0m");
  GUESS(WINDOWS1252, "pr\xE9nom,to");
  char *text = malloc(TETHER_ENCODING_LOOK);
  CHECK(text);
  if (!text) return;
  memset(text, 'a', TETHER_ENCODING_LOOK);
  text[TETHER_ENCODING_LOOK - 1] = '\xC3'; /* the piece has cut a character */
  CHECK(tether_encoding_guess(text, TETHER_ENCODING_LOOK) == TETHER_ENCODING_UTF8);
  text[100] = '\xC3';
  CHECK(tether_encoding_guess(text, TETHER_ENCODING_LOOK) == TETHER_ENCODING_WINDOWS1252);
  free(text);
}

static void people_name_encodings(void) {
  tether_encoding found;
  CHECK(tether_encoding_find("UTF-8", &found) && found == TETHER_ENCODING_UTF8);
  CHECK(tether_encoding_find("utf_16 be", &found) && found == TETHER_ENCODING_UTF16BE);
  CHECK(tether_encoding_find("utf16", &found) && found == TETHER_ENCODING_UTF16LE);
  CHECK(tether_encoding_find("Windows-1252", &found) && found == TETHER_ENCODING_WINDOWS1252);
  CHECK(!tether_encoding_find("", &found) && !tether_encoding_find("windows-1252-and-more-than-fits-in", &found));
}

int main(void) {
  text_comes_out_as_utf8();
  what_is_no_character_is_no_utf8();
  the_first_bytes_tell();
  people_name_encodings();
  return failed != 0;
}
