#include "core/text/recode.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* -- names --------------------------------------------------------------------------------------------------------- */

static const struct {
  const char *name, *plain; /* as iconv knows it; in lower case without hyphens */
  size_t unit;              /* bytes of the smallest character */
} encodings[TETHER_ENCODING_COUNT] = {
    {"UTF-8", "utf8", 1}, {"UTF-16LE", "utf16le", 2}, {"UTF-16BE", "utf16be", 2}, {"WINDOWS-1252", "windows1252", 1}};

static const struct {
  const char *plain;
  tether_encoding encoding;
} others[] = {
    {"utf16", TETHER_ENCODING_UTF16LE},      {"unicode", TETHER_ENCODING_UTF16LE}, /* Excel's "Unicode Text" */
    {"cp1252", TETHER_ENCODING_WINDOWS1252}, {"ansi", TETHER_ENCODING_WINDOWS1252},
    {"latin1", TETHER_ENCODING_WINDOWS1252}, {"iso88591", TETHER_ENCODING_WINDOWS1252}};

const char *tether_encoding_name(tether_encoding encoding) { return encodings[encoding].name; }

static void make_plain(const char *name, char *out, size_t size) {
  size_t length = 0;
  for (; *name && length + 1 < size; name++) {
    if (strchr("-_ ", *name)) continue;
    out[length++] = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
  }
  out[length] = '\0';
}

bool tether_encoding_find(const char *name, tether_encoding *encoding) {
  char plain[32];
  make_plain(name, plain, sizeof plain);
  for (size_t i = 0; i < TETHER_ENCODING_COUNT; i++) {
    if (strcmp(plain, encodings[i].plain) != 0) continue;
    *encoding = (tether_encoding)i;
    return true;
  }
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (strcmp(plain, others[i].plain) != 0) continue;
    *encoding = others[i].encoding;
    return true;
  }
  return false;
}

/* -- the guess ----------------------------------------------------------------------------------------------------- */

/* Text of the Latin alphabet has a NUL in every other byte of UTF-16. UTF-8 text has none at all. */
static tether_encoding guess_by_nuls(const char *bytes, size_t length) {
  size_t nuls[2] = {0, 0}, pairs = length / 2;
  if (!pairs || !memchr(bytes, '\0', length)) return TETHER_ENCODING_UTF8; /* nearly every file */
  for (size_t i = 0; i < pairs * 2; i++) nuls[i % 2] += bytes[i] == '\0';
  if (nuls[1] * 5 > pairs * 2 && nuls[0] * 20 <= pairs) return TETHER_ENCODING_UTF16LE;
  if (nuls[0] * 5 > pairs * 2 && nuls[1] * 20 <= pairs) return TETHER_ENCODING_UTF16BE;
  return TETHER_ENCODING_UTF8;
}

static bool has_letters_beyond_ascii(const char *bytes, size_t length) {
  size_t at = 0;
  for (uint64_t word; length - at >= sizeof word; at += sizeof word) {
    memcpy(&word, bytes + at, sizeof word);
    if (word & 0x8080808080808080) return true;
  }
  for (; at < length; at++)
    if ((unsigned char)bytes[at] >= 0x80) return true;
  return false;
}

/* Whether a text has bytes beyond ASCII, none of which is of a character of UTF-8. */
static bool is_single_byte(const char *bytes, size_t length) {
  enum { LONGEST = 4 };
  bool broken = false;
  for (size_t at = 0; at < length;) {
    size_t fine = tether_utf8_bad(bytes + at, length - at);
    if (has_letters_beyond_ascii(bytes + at, fine)) return false;
    at += fine;
    if (at == length || (length - at < LONGEST && length >= TETHER_ENCODING_LOOK)) break; /* a character may be cut */
    if (bytes[at]) broken = true;
    at++;
  }
  return broken;
}

tether_encoding tether_encoding_guess(const char *bytes, size_t length) {
  if (length >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0) return TETHER_ENCODING_UTF16LE;
  if (length >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0) return TETHER_ENCODING_UTF16BE;
  if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) return TETHER_ENCODING_UTF8;
  tether_encoding wide = guess_by_nuls(bytes, length);
  if (wide != TETHER_ENCODING_UTF8) return wide;
  return is_single_byte(bytes, length) ? TETHER_ENCODING_WINDOWS1252 : TETHER_ENCODING_UTF8;
}

/* -- the text ------------------------------------------------------------------------------------------------------ */

enum {
  CUT = 4,    /* bytes of the longest character in any of the encodings */
  ROOM = 4096 /* bytes that one call of iconv may write */
};

struct tether_recode {
  iconv_t state;
  size_t unit, held_length;
  char held[2 * CUT]; /* a character that a piece has cut, and behind it the beginning of the next piece */
};

tether_recode *tether_recode_new(tether_encoding encoding, tether_error *error) {
  tether_recode *recode = calloc(1, sizeof *recode);
  if (!recode) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to read %s", encodings[encoding].name);
    return NULL;
  }
  recode->unit = encodings[encoding].unit;
  recode->state = iconv_open("UTF-8", encodings[encoding].name);
  if (recode->state != (iconv_t)-1) return recode;
  tether_fail(error, TETHER_INVALID, "the C library of this machine cannot read %s (iconv: %s): save the file as UTF-8",
              encodings[encoding].name, strerror(errno));
  free(recode);
  return NULL;
}

void tether_recode_free(tether_recode *recode) {
  if (!recode) return;
  iconv_close(recode->state);
  free(recode);
}

/* Recodes what is whole at the front of a text, and takes it off. What is left is a cut character. */
static bool convert(tether_recode *recode, char **at, size_t *left, bool last, tether_buffer *out,
                    tether_error *error) {
  while (*left) {
    char *room = tether_buffer_room(out, ROOM, error), *end = room;
    if (!room) return false;
    size_t free_bytes = ROOM, result = iconv(recode->state, at, left, &end, &free_bytes);
    out->length += ROOM - free_bytes;
    if (result != (size_t)-1 || errno == E2BIG) continue;
    if (errno == EINVAL && !last) return true;
    if (!tether_buffer_add(out, "\xFF", 1, error)) return false;
    size_t bad = recode->unit < *left ? recode->unit : *left;
    *at += bad;
    *left -= bad;
  }
  return true;
}

/* Completes the held character with the beginning of the next piece; `taken` is how many bytes of the piece it used. */
static bool complete(tether_recode *recode, const char *bytes, size_t length, bool last, size_t *taken,
                     tether_buffer *out, tether_error *error) {
  size_t held = recode->held_length, more = length < CUT ? length : CUT;
  *taken = 0;
  if (!held) return true;
  memcpy(recode->held + held, bytes, more);
  char *at = recode->held;
  size_t left = held + more;
  if (!convert(recode, &at, &left, last && more == length, out, error)) return false;
  size_t used = held + more - left;
  if (used < held) { /* still cut: then all of the piece is in it, for no character is longer */
    recode->held_length = left;
    *taken = more;
    memmove(recode->held, at, left);
    return true;
  }
  recode->held_length = 0;
  *taken = used - held;
  return true;
}

bool tether_recode_add(tether_recode *recode, const char *bytes, size_t length, bool last, tether_buffer *out,
                       tether_error *error) {
  size_t taken;
  if (!complete(recode, bytes, length, last, &taken, out, error)) return false;
  if (recode->held_length) return true;
  char *at = (char *)bytes + taken; /* iconv reads it only */
  size_t left = length - taken;
  if (!convert(recode, &at, &left, last, out, error)) return false;
  recode->held_length = left < CUT ? left : CUT; /* a cut character is shorter than CUT */
  memcpy(recode->held, at, recode->held_length);
  return true;
}
