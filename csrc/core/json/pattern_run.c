#include "core/json/pattern_run.h"

#include <string.h>

void tether_run_init(tether_run *run) {
  run->learnt = run->stem = run->misses = 0;
  run->ids = run->count = 0;
}

static inline bool is_followed(const char *end) { return *end == ',' || *end == ']'; }

/* -- the plain form ------------------------------------------------------------------------------------------------ */

size_t tether_patterns_run_plain(tether_patterns *patterns, tether_json *json, size_t ids, tether_run_room *room) {
  tether_json ahead = *json;
  tether_likeness found;
  size_t count = 0;
  if (patterns->count == 0 || patterns->known[patterns->last].ids != ids) return 0;
  while (count < room->most && ahead.at < ahead.length && ahead.data[ahead.at] == '{' &&
         tether_patterns_read(patterns, &ahead, &found)) {
    if (ahead.at == ahead.length || !is_followed(ahead.data + ahead.at)) break;
    for (size_t i = 0; i < ids; i++) room->ids[i][count] = found.ids[i];
    room->tags[count++] = found.tag;
    room->last = found.spots[ids - 1];
    json->at = ahead.at;
    if (ahead.data[ahead.at++] != ',') break;
  }
  return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

enum { WIDE = 32, BLOCK = 2 * WIDE, ID_BYTES = 16, PATIENCE = 4 };

/* -- making ready -------------------------------------------------------------------------------------------------- */

static uint64_t eight(const char *at) {
  uint64_t bytes;
  memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

/* What stands before each id, which all of one stem have in common; false: it is too long. */
static bool take_stem(tether_run *run, const tether_pattern *pattern) {
  size_t from = 0;
  for (size_t i = 0; i < pattern->ids; i++) {
    size_t length = pattern->spots[i].start - from;
    if (length > WIDE) return false;
    run->texts[i] = pattern->text + from;
    run->lengths[i] = length;
    run->counts[i] = (uint32_t)((UINT64_C(1) << length) - 1);
    from = pattern->spots[i].end;
  }
  run->ids = pattern->ids;
  return true;
}

/* The bytes from the last id to the first one of the next object: the tail, a comma, and how every object begins. */
static void cut_step(tether_run *run, size_t place, const char *tail, size_t length) {
  size_t step = length + 1 + run->lengths[0], blocks = (step + BLOCK - 1) / BLOCK;
  char *wanted = run->wanted[place], *needed = run->needed[place];
  memcpy(wanted, tail, length);
  wanted[length] = ',';
  memcpy(wanted + length + 1, run->texts[0], run->lengths[0]);
  memset(wanted + step, 0, blocks * BLOCK - step);
  memset(needed, -1, step);
  memset(needed + step, 0, TETHER_RUN_BYTES - step);
  run->tails[place] = length;
  run->steps[place] = step;
  if (blocks > run->blocks) run->blocks = blocks;
}

/* A tail is longer than what is read at once of the texts before it, which then ends inside of the pattern. */
static void take_kind(tether_run *run, const tether_pattern *pattern) {
  size_t start = pattern->spots[pattern->ids - 1].end, length = pattern->length - start;
  if (length < WIDE || length + 1 + WIDE > TETHER_RUN_BYTES || (run->count == 0 && !take_stem(run, pattern))) return;
  run->tags[run->count] = pattern->tag;
  cut_step(run, run->count++, pattern->text + start, length);
}

/* Where two tails first differ, but for the end of the shortest. No object begins another one: they do differ. */
static size_t place_of(const tether_run *run, size_t first, size_t other, size_t shortest) {
  size_t at = 0;
  while (at < shortest - sizeof *run->keys && run->wanted[first][at] == run->wanted[other][at]) at++;
  return at;
}

static void take_keys(tether_run *run) {
  for (size_t i = 0; i < TETHER_PATTERNS; i++) run->keys[i] = eight(run->wanted[i < run->count ? i : 0] + run->key_at);
}

/* Finds two kinds with the same key; false: there are none. */
static bool same_keys(const tether_run *run, size_t *first, size_t *other) {
  for (size_t i = 1; i < run->count; i++)
    for (size_t j = 0; j < i; j++)
      if (run->keys[i] == run->keys[j]) return *first = i, *other = j, true;
  return false;
}

/* Looks for eight bytes in which all tails differ. When some have the same, the later ones are left to the plain form:
 * their objects differ from the first one's. */
static void choose_keys(tether_run *run) {
  size_t shortest = run->tails[0], first, other;
  for (size_t i = 1; i < run->count; i++)
    if (run->tails[i] < shortest) shortest = run->tails[i];
  take_keys(run);
  for (size_t tries = 0; tries < PATIENCE && same_keys(run, &first, &other); tries++) {
    run->key_at = place_of(run, first, other, shortest);
    take_keys(run);
  }
}

static void make_ready(tether_run *run, const tether_patterns *patterns) {
  const tether_pattern *last = &patterns->known[patterns->last];
  run->learnt = patterns->stems;
  run->stem = last->stem;
  run->misses = run->count = run->key_at = run->blocks = 0;
  for (size_t i = 0; i < patterns->count; i++)
    if (patterns->known[i].stem == last->stem) take_kind(run, &patterns->known[i]);
  if (run->count == 0) return;
  choose_keys(run);
  run->reach = run->ids * (ID_BYTES + WIDE) + run->blocks * BLOCK;
}

/* -- the fast form ------------------------------------------------------------------------------------------------- */

#define FAST __attribute__((target("avx2")))

FAST static inline __m128i load(const char *at) { return _mm_loadu_si128((const __m128i *)(const void *)at); }

FAST static inline __m256i load_wide(const char *at) { return _mm256_loadu_si256((const __m256i *)(const void *)at); }

/* Reads up to sixteen digits at once. They are moved to the end of their block, with zeros before them, and joined
 * in pairs. Returns how many there are. A seventeenth digit may follow: then the text behind the id differs. */
FAST static inline size_t read_digits(const char *at, int64_t *id) {
  static const char moves[2 * ID_BYTES] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                           0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15};
  const __m128i tens = _mm_set1_epi16(0x010A), hundreds = _mm_set1_epi32(0x00010064);
  const __m128i myriads = _mm_set1_epi32(0x00012710);
  __m128i digits = _mm_sub_epi8(load(at), _mm_set1_epi8('0'));
  __m128i fine = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  size_t count = (size_t)__builtin_ctz(~(unsigned)_mm_movemask_epi8(fine));
  digits = _mm_shuffle_epi8(digits, load(moves + count));
  __m128i fours = _mm_madd_epi16(_mm_maddubs_epi16(digits, tens), hundreds);
  __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), myriads);
  uint64_t halves = (uint64_t)_mm_cvtsi128_si64(eights);
  *id = (int64_t)((halves & UINT32_MAX) * 100000000 + (halves >> 32));
  return count;
}

static inline bool begins_id(const char *at) { return *at >= '1' && *at <= '9'; }

/* Whether what stands before an id is there. */
FAST static inline bool has_text(const tether_run *run, size_t which, const char *at) {
  __m256i same = _mm256_cmpeq_epi8(load_wide(at), load_wide(run->texts[which]));
  return (~(uint32_t)_mm256_movemask_epi8(same) & run->counts[which]) == 0;
}

/* Which kind has these eight bytes; TETHER_PATTERNS: none. */
FAST static inline size_t kind_of(const tether_run *run, const char *tail) {
  const char *keys = (const char *)run->keys;
  __m256i key = _mm256_set1_epi64x((int64_t)eight(tail + run->key_at));
  __m256i low = _mm256_cmpeq_epi64(load_wide(keys), key), high = _mm256_cmpeq_epi64(load_wide(keys + WIDE), key);
  int same = _mm256_movemask_pd(_mm256_castsi256_pd(low)) | _mm256_movemask_pd(_mm256_castsi256_pd(high)) << 4;
  return (size_t)__builtin_ctz((unsigned)same | 1u << TETHER_PATTERNS);
}

FAST static inline __m256i differs(const char *at, const char *wanted, const char *needed) {
  return _mm256_and_si256(_mm256_xor_si256(load_wide(at), load_wide(wanted)), load_wide(needed));
}

/* Whether the rest of an object and the beginning of another one stand there. All kinds are compared in as many
 * blocks, so that no branch depends on the kind. */
FAST static inline bool is_step(const tether_run *run, size_t place, const char *at) {
  const char *wanted = run->wanted[place], *needed = run->needed[place];
  __m256i found = _mm256_setzero_si256();
  for (const char *end = at + run->blocks * BLOCK; at != end; at += BLOCK, wanted += BLOCK, needed += BLOCK) {
    found = _mm256_or_si256(found, differs(at, wanted, needed));
    found = _mm256_or_si256(found, differs(at + WIDE, wanted + WIDE, needed + WIDE));
  }
  return _mm256_testz_si256(found, found);
}

/* One object as far as it was read. */
typedef struct {
  int64_t ids[TETHER_PATTERN_IDS];
  const char *id, *tail; /* the last id, and what stands behind it */
} meeting;

/* Reads the ids of an object, the first of which stands at `at`. */
FAST static inline bool read_ids(const tether_run *run, const char *at, size_t ids, meeting *met) {
  for (size_t i = 0; i < ids; i++) {
    if (i && !has_text(run, i, at)) return false;
    met->id = i ? at + run->lengths[i] : at;
    if (!begins_id(met->id)) return false;
    at = met->id + read_digits(met->id, &met->ids[i]);
  }
  met->tail = at;
  return true;
}

/* The last object of a list, or of a kind. */
static bool is_last(const tether_run *run, size_t place, const char *tail) {
  return memcmp(tail, run->wanted[place], run->tails[place]) == 0 && is_followed(tail + run->tails[place]);
}

FAST __attribute__((always_inline)) static inline size_t run_on(const tether_run *run, tether_json *json, size_t ids,
                                                                tether_run_room *room) {
  const char *data = json->data, *at = data + json->at, *end = data + json->length;
  meeting met = {{0}, at, at}, last = met;
  size_t count = 0, place, tail = 0;
  bool goes_on = (size_t)(end - at) >= WIDE + run->reach && has_text(run, 0, at);
  at += run->lengths[0];
  while (goes_on && count < room->most && (size_t)(end - at) >= run->reach) {
    if (!read_ids(run, at, ids, &met) || (place = kind_of(run, met.tail)) == TETHER_PATTERNS) break;
    goes_on = is_step(run, place, met.tail);
    if (!goes_on && !is_last(run, place, met.tail)) break;
    for (size_t i = 0; i < ids; i++) room->ids[i][count] = met.ids[i];
    room->tags[count++] = run->tags[place];
    last = met;
    tail = run->tails[place];
    at = met.tail + run->steps[place];
  }
  if (count) room->last = (tether_spot){(size_t)(last.id - data), (size_t)(last.tail - data)};
  if (count) json->at = (size_t)(last.tail + tail - data);
  return count;
}

FAST static size_t run_one_id(const tether_run *run, tether_json *json, tether_run_room *room) {
  return run_on(run, json, 1, room);
}

FAST static size_t run_two_ids(const tether_run *run, tether_json *json, tether_run_room *room) {
  return run_on(run, json, 2, room);
}

static bool is_able(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2");
}

size_t tether_patterns_run(tether_patterns *patterns, tether_run *run, tether_json *json, size_t ids,
                           tether_run_room *room) {
  if (patterns->count == 0) return 0;
  if (!is_able()) return tether_patterns_run_plain(patterns, json, ids, room);
  if (run->learnt != patterns->stems || run->misses > PATIENCE) make_ready(run, patterns);
  if (run->count == 0 || run->ids != ids) return 0;
  size_t count = ids == 1 ? run_one_id(run, json, room) : run_two_ids(run, json, room);
  if (count == 0 && patterns->known[patterns->last].stem != run->stem) run->misses++;
  return count;
}

#else

size_t tether_patterns_run(tether_patterns *patterns, tether_run *run, tether_json *json, size_t ids,
                           tether_run_room *room) {
  (void)run;
  return tether_patterns_run_plain(patterns, json, ids, room);
}

#endif
