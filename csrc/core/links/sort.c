#include "core/links/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

/* A bucket of CACHED rows and its twin lie in a second-level cache; few rows are sorted by insertion. */
enum { BITS = 8, BUCKETS = 1 << BITS, CACHED = 32768, FEW = 24, PASSES = 16 };

typedef struct {
  int64_t *from, *to;
  uint32_t *tag;
} columns;

typedef struct {
  int64_t from, to;
  uint32_t tag;
} row;

typedef struct {
  int64_t *column;  /* as long as the rows, when these are more than CACHED */
  row *rows, *twin; /* CACHED rows each */
} scratch;

static inline row take(columns c, size_t i) { return (row){c.from[i], c.to[i], c.tag[i]}; }

static inline void put(columns c, size_t i, row value) {
  c.from[i] = value.from;
  c.to[i] = value.to;
  c.tag[i] = value.tag;
}

static inline unsigned digit_of(int64_t key, int shift) { return (unsigned)((uint64_t)key >> shift) % BUCKETS; }

/* The bits in which the values differ. */
static uint64_t differing(const int64_t *column, size_t count) {
  uint64_t bits = 0;
  for (size_t i = 1; i < count; i++) bits |= (uint64_t)(column[i] ^ column[0]);
  return bits;
}

static void sort_few(columns c, size_t count) {
  for (size_t i = 1; i < count; i++) {
    row value = take(c, i);
    size_t at = i;
    for (; at > 0 && (value.from < c.from[at - 1] || (value.from == c.from[at - 1] && value.to < c.to[at - 1])); at--)
      put(c, at, take(c, at - 1));
    put(c, at, value);
  }
}

/* -- buckets in the cache: from the lowest digit that differs to the highest --------------------------------------- */

typedef struct {
  bool by_from;
  int shift;
} pass;

static size_t plan(columns c, size_t count, pass *passes) {
  size_t planned = 0;
  const uint64_t bits[] = {differing(c.to, count), differing(c.from, count)};
  for (int key = 0; key < 2; key++)
    for (int shift = bits[key] ? __builtin_ctzll(bits[key]) : 64; shift < 64 && bits[key] >> shift; shift += BITS)
      passes[planned++] = (pass){key == 1, shift};
  return planned;
}

static inline void deal_rows(const row *rows, row *twin, size_t count, pass digit) {
  uint32_t next[BUCKETS] = {0}, sum = 0;
  for (size_t i = 0; i < count; i++) next[digit_of(digit.by_from ? rows[i].from : rows[i].to, digit.shift)]++;
  for (unsigned b = 0; b < BUCKETS; b++) {
    uint32_t size = next[b];
    next[b] = sum;
    sum += size;
  }
  for (size_t i = 0; i < count; i++)
    twin[next[digit_of(digit.by_from ? rows[i].from : rows[i].to, digit.shift)]++] = rows[i];
}

static void sort_cached(columns c, size_t count, const scratch *spare) {
  pass passes[PASSES];
  size_t planned = plan(c, count, passes);
  row *rows = spare->rows, *twin = spare->twin;
  if (planned == 0) return;
  for (size_t i = 0; i < count; i++) rows[i] = take(c, i);
  for (size_t i = 0; i < planned; i++) {
    deal_rows(rows, twin, count, passes[i]);
    row *other = rows;
    rows = twin;
    twin = other;
  }
  for (size_t i = 0; i < count; i++) put(c, i, rows[i]);
}

/* -- more rows: dealt by the highest digit that differs ------------------------------------------------------------ */

typedef struct {
  const int64_t *key;
  int shift;
  size_t count, starts[BUCKETS + 1];
} dealing;

static void count_buckets(dealing *d) {
  size_t counts[BUCKETS] = {0};
  for (size_t i = 0; i < d->count; i++) counts[digit_of(d->key[i], d->shift)]++;
  d->starts[0] = 0;
  for (unsigned b = 0; b < BUCKETS; b++) d->starts[b + 1] = d->starts[b] + counts[b];
}

static void deal_ids(const dealing *d, int64_t *column, int64_t *spare) {
  size_t next[BUCKETS + 1];
  memcpy(next, d->starts, sizeof next);
  for (size_t i = 0; i < d->count; i++) spare[next[digit_of(d->key[i], d->shift)]++] = column[i];
  memcpy(column, spare, d->count * sizeof *column);
}

static void deal_tags(const dealing *d, uint32_t *column, uint32_t *spare) {
  size_t next[BUCKETS + 1];
  memcpy(next, d->starts, sizeof next);
  for (size_t i = 0; i < d->count; i++) spare[next[digit_of(d->key[i], d->shift)]++] = column[i];
  memcpy(column, spare, d->count * sizeof *column);
}

/* At most eight levels deep for each key: a level takes eight bits. */
static void sort(columns c, size_t count, bool by_to, const scratch *spare) {
  if (count <= FEW) {
    sort_few(c, count);
    return;
  }
  if (count <= CACHED) {
    sort_cached(c, count, spare);
    return;
  }
  int64_t *key = by_to ? c.to : c.from, *other = by_to ? c.from : c.to;
  uint64_t bits = differing(key, count);
  if (!bits) {
    if (!by_to) sort(c, count, true, spare);
    return;
  }
  int highest = 63 - __builtin_clzll(bits);
  dealing d = {.key = key, .shift = highest < BITS ? 0 : highest - BITS + 1, .count = count};
  count_buckets(&d);
  deal_ids(&d, other, spare->column);
  deal_tags(&d, c.tag, (uint32_t *)spare->column);
  deal_ids(&d, key, spare->column); /* last: the others are dealt by it */
  for (unsigned b = 0; b < BUCKETS; b++) {
    size_t first = d.starts[b], size = d.starts[b + 1] - first;
    if (size > 1) sort((columns){c.from + first, c.to + first, c.tag + first}, size, by_to, spare);
  }
}

bool tether_sort(int64_t *from, int64_t *to, uint32_t *tag, size_t count, tether_error *error) {
  scratch spare = {0};
  size_t cached = count < CACHED ? count : CACHED;
  if (count > FEW) spare.rows = malloc(2 * cached * sizeof *spare.rows);
  if (count > CACHED) spare.column = tether_huge(malloc(count * sizeof *spare.column), count * sizeof *spare.column);
  bool fine = (count <= FEW || spare.rows) && (count <= CACHED || spare.column);
  if (fine) {
    spare.twin = spare.rows + cached;
    sort((columns){from, to, tag}, count, false, &spare);
  }
  free(spare.rows);
  free(spare.column);
  return fine || tether_fail(error, TETHER_NO_MEMORY, "no memory to sort %zu links", count);
}

bool tether_is_sorted(const int64_t *from, const int64_t *to, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (from[i] < from[i - 1] || (from[i] == from[i - 1] && to[i] <= to[i - 1])) return false;
  return true;
}
