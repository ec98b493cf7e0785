#include "core/json/pattern.h"

#include <string.h>

#include "base/bytes.h"
#include "base/digits.h"
#include "base/id.h"

static const tether_spot TWICE = {1, 0};

bool tether_json_id_at(tether_json *json, int64_t *id, tether_spot *spot) {
  bool again = spot->start != 0;
  bool text = tether_json_peek(json) == TETHER_JSON_STRING;
  size_t start = json->at;
  if (!tether_json_id(json, id)) return false;
  *spot = again ? TWICE : (tether_spot){start + text, json->at - text};
  return true;
}

/* Whether two patterns have the same bytes up to their last id, the digits of the ids aside. */
static bool same_stem(const tether_pattern *a, const tether_pattern *b) {
  size_t at = 0, other = 0;
  if (a->ids != b->ids) return false;
  for (size_t i = 0; i < a->ids; i++) {
    size_t length = a->spots[i].start - at;
    if (b->spots[i].start - other != length || memcmp(a->text + at, b->text + other, length) != 0) return false;
    at = a->spots[i].end;
    other = b->spots[i].end;
  }
  return true;
}

static size_t place_for(tether_patterns *patterns) {
  if (patterns->count < TETHER_PATTERNS) return patterns->count++;
  size_t place = patterns->oldest;
  patterns->oldest = (place + 1) % TETHER_PATTERNS;
  return place;
}

void tether_patterns_learn(tether_patterns *patterns, const tether_json *json, size_t start, const tether_spot *spots,
                           size_t ids, uint32_t tag) {
  tether_pattern seen = {.text = json->data + start, .length = json->at - start, .ids = ids, .tag = tag};
  for (size_t i = 0; i < ids; i++) {
    if (spots[i].end == 0 || (i && spots[i].start < spots[i - 1].end)) return;
    seen.spots[i] = (tether_spot){spots[i].start - start, spots[i].end - start};
  }
  seen.stem = ++patterns->stems;
  for (size_t i = 0; i < patterns->count; i++)
    if (same_stem(&seen, &patterns->known[i])) seen.stem = patterns->known[i].stem;
  patterns->last = place_for(patterns);
  patterns->known[patterns->last] = seen;
}

/* Compares a part of the pattern's text with what stands at `at`, and moves behind it. */
static inline bool passes(const tether_pattern *pattern, size_t first, size_t end, const tether_json *json,
                          size_t *at) {
  size_t length = end - first;
  if (json->length - *at < length || !tether_bytes_same(json->data + *at, pattern->text + first, length)) return false;
  *at += length;
  return true;
}

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* An id, mostly with as many digits as the pattern's. How many it has; 0: it is none. */
static inline size_t read_id(const tether_json *json, size_t at, size_t digits, int64_t *id) {
  const char *text = json->data + at;
  uint64_t value;
  if (json->length - at > digits && *text != '0' && !is_digit(text[digits]) &&
      tether_digits_read(text, digits, &value)) {
    *id = (int64_t)value;
    return digits;
  }
  return tether_id_scan(text, json->length - at, id);
}

/* Reads up to the last id; `at` is then behind it. */
static bool read_stem(const tether_pattern *pattern, const tether_json *json, size_t *at, tether_likeness *found) {
  size_t done = 0, digits;
  for (size_t i = 0; i < pattern->ids; i++) {
    if (!passes(pattern, done, pattern->spots[i].start, json, at)) return false;
    digits = read_id(json, *at, pattern->spots[i].end - pattern->spots[i].start, &found->ids[i]);
    if (!digits) return false;
    found->spots[i] = (tether_spot){*at, *at + digits};
    *at += digits;
    done = pattern->spots[i].end;
  }
  return true;
}

bool tether_patterns_read(tether_patterns *patterns, tether_json *json, tether_likeness *found) {
  if (patterns->count == 0 || tether_json_peek(json) != TETHER_JSON_OBJECT) return false;
  size_t place = patterns->last, stem = 0, behind = 0;
  bool fine = false;
  for (size_t tried = 0; tried < patterns->count; tried++) {
    const tether_pattern *shape = &patterns->known[place];
    if (shape->stem != stem) {
      stem = shape->stem;
      behind = json->at;
      fine = read_stem(shape, json, &behind, found);
    }
    size_t at = behind;
    if (fine && passes(shape, shape->spots[shape->ids - 1].end, shape->length, json, &at)) {
      json->at = at;
      found->tag = shape->tag;
      patterns->last = place;
      return true;
    }
    place = place + 1 < patterns->count ? place + 1 : 0;
  }
  return false;
}

static inline bool passes_digits(tether_slice digits, const tether_json *json, size_t *at) {
  if (json->length - *at < digits.length || !tether_bytes_same(json->data + *at, digits.data, digits.length))
    return false;
  *at += digits.length;
  return true;
}

bool tether_patterns_echo(const tether_patterns *patterns, tether_json *json, tether_slice first, tether_slice second) {
  const tether_pattern *shape = &patterns->known[patterns->last];
  if (patterns->count == 0 || shape->ids != 2 || tether_json_peek(json) != TETHER_JSON_OBJECT) return false;
  size_t at = json->at;
  if (!passes(shape, 0, shape->spots[0].start, json, &at) || !passes_digits(first, json, &at) ||
      !passes(shape, shape->spots[0].end, shape->spots[1].start, json, &at) || !passes_digits(second, json, &at) ||
      !passes(shape, shape->spots[1].end, shape->length, json, &at))
    return false;
  json->at = at;
  return true;
}
