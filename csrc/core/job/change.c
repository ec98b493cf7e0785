#include "core/job/change.h"

#include <stdlib.h>

enum { VARINT_MOST = 10, LEAST_ROW = 4 }; /* bytes of a number, and of a change at the least */

bool tether_changes_add(tether_changes *changes, tether_change change, tether_error *error) {
  if (!tether_grow(&changes->list, &changes->capacity, changes->count + 1, sizeof *changes->list))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu changes", changes->count + 1);
  changes->list[changes->count++] = change;
  return true;
}

void tether_changes_free(tether_changes *changes) {
  free(changes->list);
  *changes = (tether_changes){0};
}

static int compare(const void *left, const void *right) {
  const tether_change *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

void tether_changes_sort(tether_changes *changes) {
  if (changes->count) qsort(changes->list, changes->count, sizeof *changes->list, compare);
}

/* -- numbers ------------------------------------------------------------------------------------------------------- */

static char *put(char *at, uint64_t number) {
  for (; number >= 0x80; number >>= 7) *at++ = (char)(uint8_t)(number | 0x80);
  *at++ = (char)number;
  return at;
}

/* A difference that may be negative, as a number that is small when the difference is. */
static uint64_t zigzag(uint64_t difference) { return difference << 1 ^ (0 - (difference >> 63)); }
static uint64_t unzigzag(uint64_t number) { return number >> 1 ^ (0 - (number & 1)); }

typedef struct {
  const uint8_t *at, *end;
} cursor;

static cursor cursor_of(tether_slice bytes) {
  const uint8_t *data = (const uint8_t *)bytes.data;
  return (cursor){data, data + bytes.length};
}

static bool take(cursor *c, uint64_t *number) {
  *number = 0;
  for (int shift = 0; c->at < c->end && shift < 7 * VARINT_MOST; shift += 7) {
    uint8_t byte = *c->at++;
    if (shift == 63 && byte > 1) return false; /* it has more than 64 bits */
    *number |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

static bool broken(tether_error *error, const char *what) {
  return tether_fail(error, TETHER_FILE_BROKEN, "the job file is damaged: %s", what);
}

/* -- changes ------------------------------------------------------------------------------------------------------- */

bool tether_changes_pack(const tether_change *list, size_t count, tether_buffer *bytes, tether_error *error) {
  char *start = tether_buffer_room(bytes, VARINT_MOST + count * 4 * VARINT_MOST, error);
  if (!start) return false;
  char *at = put(start, count);
  tether_change last = {0};
  for (size_t i = 0; i < count; i++) {
    at = put(at, zigzag((uint64_t)list[i].from - (uint64_t)last.from));
    at = put(at, zigzag((uint64_t)list[i].to - (uint64_t)last.to));
    at = put(at, list[i].before);
    at = put(at, list[i].after);
    last = list[i];
  }
  bytes->length += (size_t)(at - start);
  return true;
}

static bool take_change(cursor *c, size_t sets, tether_change *change) {
  uint64_t from, to, before, after;
  if (!take(c, &from) || !take(c, &to) || !take(c, &before) || !take(c, &after)) return false;
  change->from = (int64_t)((uint64_t)change->from + unzigzag(from));
  change->to = (int64_t)((uint64_t)change->to + unzigzag(to));
  change->before = (uint32_t)before;
  change->after = (uint32_t)after;
  return change->from > 0 && change->to > 0 && before < sets && after < sets;
}

bool tether_changes_unpack(tether_slice bytes, size_t sets, tether_changes *changes, tether_error *error) {
  cursor c = cursor_of(bytes);
  uint64_t count;
  changes->count = 0;
  if (!take(&c, &count) || count > bytes.length / LEAST_ROW)
    return broken(error, "a batch has not as many rows as it says");
  tether_change change = {0};
  for (uint64_t i = 0; i < count; i++) {
    bool fine = take_change(&c, sets, &change);
    if (!fine) broken(error, "a change cannot be read");
    if (fine && tether_changes_add(changes, change, error)) continue;
    changes->count = 0;
    return false;
  }
  if (c.at == c.end) return true;
  changes->count = 0;
  return broken(error, "there are bytes behind a batch");
}

/* -- results ------------------------------------------------------------------------------------------------------- */

bool tether_results_pack(const uint8_t *results, size_t count, tether_buffer *bytes, tether_error *error) {
  for (size_t first = 0, end; first < count; first = end) {
    for (end = first + 1; end < count && results[end] == results[first];) end++;
    char run[VARINT_MOST + 1], *at = put(run, end - first);
    *at++ = (char)results[first];
    if (!tether_buffer_add(bytes, run, (size_t)(at - run), error)) return false;
  }
  return true;
}

/* The next run, of at most `most` rows. */
static bool take_run(cursor *c, size_t most, size_t *run, uint8_t *result) {
  uint64_t length;
  if (!take(c, &length) || length == 0 || length > most || c->at == c->end || *c->at >= TETHER_RESULTS) return false;
  *run = (size_t)length;
  *result = *c->at++;
  return true;
}

bool tether_results_count(tether_slice bytes, size_t rows, size_t *counts, tether_error *error) {
  cursor c = cursor_of(bytes);
  size_t row = 0, run;
  uint8_t result;
  for (; c.at < c.end; row += run) {
    if (!take_run(&c, rows - row, &run, &result)) return broken(error, "the results of a batch cannot be read");
    counts[result] += run;
  }
  if (row == 0) counts[TETHER_RESULT_PENDING] += rows;
  return row == 0 || row == rows || broken(error, "a batch has fewer results than rows");
}

bool tether_results_unpack(tether_slice bytes, uint8_t *results, size_t count, tether_error *error) {
  if (count) memset(results, TETHER_RESULT_PENDING, count);
  cursor c = cursor_of(bytes);
  size_t row = 0, run;
  uint8_t result;
  for (; c.at < c.end; row += run) {
    if (!take_run(&c, count - row, &run, &result)) return broken(error, "the results of a batch cannot be read");
    memset(results + row, result, run);
  }
  return row == 0 || row == count || broken(error, "a batch has fewer results than rows");
}

uint64_t tether_digest(uint64_t before, const void *data, size_t length) {
  const uint8_t *bytes = data;
  for (size_t i = 0; i < length; i++) before = (before ^ bytes[i]) * UINT64_C(1099511628211);
  return before;
}
