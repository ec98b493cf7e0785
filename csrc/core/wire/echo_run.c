/* Runs of an echo: rows of a request and results of its answer compared sixteen bytes at a time, many in a loop. What
 * tether_echo_next and tether_patterns_echo do one by one is the plain form of it. */
#include "core/wire/echo.h"

#ifdef __SSE2__
#include <emmintrin.h>

enum { BLOCK = 16, BLOCKS = 16, DIGITS = BLOCK };

/* What a text must have at some places; the next one of its kind has other digits in between. */
typedef struct {
  __m128i wanted[BLOCKS], counts[BLOCKS]; /* the bytes that a block must have, where the bits of `counts` are set */
  size_t places[BLOCKS], blocks;
  size_t ids[2]; /* where they begin */
  size_t length; /* up to the next text of its kind */
  size_t reach;  /* up to here it is looked at */
} stencil;

static inline __m128i load(const char *at) { return _mm_loadu_si128((const __m128i *)(const void *)at); }

/* `length` bytes of ones behind `skipped` zeros. */
static __m128i mask(size_t skipped, size_t length) {
  char bytes[BLOCK] = {0};
  memset(bytes + skipped, -1, length);
  return load(bytes);
}

static void add_block(stencil *s, size_t place, __m128i wanted, __m128i counts) {
  size_t end = place + BLOCK;
  s->places[s->blocks] = place;
  s->counts[s->blocks] = counts;
  s->wanted[s->blocks++] = _mm_and_si128(wanted, counts);
  if (end > s->reach) s->reach = end;
}

static void place_ids(stencil *s, size_t first, size_t second) {
  s->ids[0] = first;
  s->ids[1] = second;
  if (second + BLOCK > s->reach) s->reach = second + BLOCK;
}

/* Makes the stencil of a row like the one before: the bytes between its ids, the quote and bracket behind them, and the
 * beginning of the next row. The types are not compared: a row with other types is an echo as well. */
static bool make_row(stencil *s, const tether_echo *echo) {
  const tether_slice *ids = echo->ids;
  size_t first = (size_t)(ids[0].data - echo->row), second = (size_t)(ids[1].data - echo->row);
  size_t between = first + ids[0].length, closing = second + ids[1].length + 2 - BLOCK;
  *s = (stencil){.length = (size_t)(echo->at - echo->row)};
  if (second - between > BLOCK || first + 1 != BLOCK) return false;
  add_block(s, between, load(echo->row + between), mask(0, second - between));
  add_block(s, closing, load(echo->row + closing), mask(BLOCK - 2, 2));
  add_block(s, s->length - 1, load(echo->row - 1), mask(0, BLOCK));
  place_ids(s, first, second);
  return true;
}

/* Clears the counts where an id stands: its digits are compared apart. */
static void leave_out(char *counts, tether_spot id) { memset(counts + 1 + id.start, 0, id.end - id.start); }

/* Makes the stencil of a result like the pattern, behind a comma. False: the pattern is too long for it. */
static bool make_result(stencil *s, const tether_pattern *pattern) {
  char text[BLOCKS * BLOCK] = {','}, counts[BLOCKS * BLOCK] = {0};
  *s = (stencil){.length = pattern->length + 1};
  if (s->length > sizeof text) return false;
  memcpy(text + 1, pattern->text, pattern->length);
  memset(counts, -1, s->length);
  for (size_t i = 0; i < 2; i++) leave_out(counts, pattern->spots[i]);
  for (size_t at = 0; at < s->length; at += BLOCK) add_block(s, at, load(text + at), load(counts + at));
  place_ids(s, pattern->spots[0].start + 1, pattern->spots[1].start + 1);
  return true;
}

/* The bits that differ among those that count. */
static inline __m128i differs(const stencil *s, const char *at) {
  __m128i found = _mm_setzero_si128();
#pragma GCC unroll 4
  for (size_t i = 0; i < s->blocks; i++)
    found = _mm_or_si128(found, _mm_xor_si128(_mm_and_si128(load(at + s->places[i]), s->counts[i]), s->wanted[i]));
  return found;
}

static inline bool is_zero(__m128i bits) {
  return _mm_movemask_epi8(_mm_cmpeq_epi8(bits, _mm_setzero_si128())) == 0xFFFF;
}

static bool can_run(const tether_echo *echo, const tether_pattern *pattern) {
  bool fine = echo->at && echo->at < echo->end && pattern->ids == 2;
  for (size_t i = 0; i < 2 && fine; i++) {
    size_t digits = pattern->spots[i].end - pattern->spots[i].start;
    fine = digits == echo->ids[i].length && digits <= DIGITS;
  }
  return fine;
}

/* The bits in which an id of so many digits differs from its echo. */
static inline __m128i ids_differ(const char *sent, const char *answered, __m128i digits) {
  return _mm_and_si128(_mm_xor_si128(load(sent), load(answered)), digits);
}

size_t tether_echo_run(tether_echo *echo, const tether_pattern *pattern, tether_json *json) {
  stencil row, result;
  size_t count = 0;
  if (!can_run(echo, pattern) || !make_row(&row, echo) || !make_result(&result, pattern)) return 0;
  const char *sent = echo->at, *answered = json->data + json->at, *answer_end = json->data + json->length;
  const __m128i from = mask(0, echo->ids[0].length), to = mask(0, echo->ids[1].length);
  while ((size_t)(echo->end - sent) >= row.reach && (size_t)(answer_end - answered) >= result.reach) {
    __m128i other = _mm_or_si128(differs(&row, sent), differs(&result, answered));
    other = _mm_or_si128(other, ids_differ(sent + row.ids[0], answered + result.ids[0], from));
    other = _mm_or_si128(other, ids_differ(sent + row.ids[1], answered + result.ids[1], to));
    if (!is_zero(other)) break;
    sent += row.length;
    answered += result.length;
    count++;
  }
  echo->at = sent;
  json->at = (size_t)(answered - json->data);
  return count;
}

#else

size_t tether_echo_run(tether_echo *echo, const tether_pattern *pattern, tether_json *json) {
  (void)echo, (void)pattern, (void)json;
  return 0;
}

#endif
