#include "core/wire/echo.h"

#include "base/bytes.h"
#include "base/digits.h"

static const char OPENING[] = "{\"inputs\":[", FROM[] = "{\"from\":{\"id\":\"", TO[] = "\"},\"to\":{\"id\":\"";

/* Moves behind a text if it stands there. */
static inline bool passes(tether_echo *echo, const char *text, size_t length) {
  if ((size_t)(echo->end - echo->at) < length || !tether_bytes_same(echo->at, text, length)) return false;
  echo->at += length;
  return true;
}

#define PASSES(echo, literal) passes((echo), literal, sizeof(literal) - 1)

/* The digits up to the quote behind them. */
static bool read_digits(tether_echo *echo, tether_slice *digits) {
  *digits = (tether_slice){echo->at, tether_digits_count(echo->at, (size_t)(echo->end - echo->at))};
  echo->at += digits->length;
  return digits->length > 0;
}

/* Behind the list of types that ends with "]}"; NULL: it does not end. */
static const char *end_of_types(const char *at, const char *end) {
  for (; (at = memchr(at, ']', (size_t)(end - at))); at++)
    if (at + 1 < end && at[1] == '}') return at + 2;
  return NULL;
}

/* Moves behind the types of a row, and its end. */
static bool read_tail(tether_echo *echo) {
  if (echo->tail.data && passes(echo, echo->tail.data, echo->tail.length)) return true;
  const char *start = echo->at;
  if (PASSES(echo, "\"}}")) {
    echo->tail = (tether_slice){start, 3};
    return true;
  }
  if (!PASSES(echo, "\"},\"types\":[")) return false;
  const char *behind = end_of_types(echo->at, echo->end);
  if (!behind) return false;
  echo->at = behind;
  echo->tail = (tether_slice){start, (size_t)(echo->at - start)};
  return true;
}

void tether_echo_init(tether_echo *echo, tether_slice body) {
  *echo = (tether_echo){.at = body.data, .end = body.data ? body.data + body.length : NULL};
  if (!body.data || !PASSES(echo, OPENING)) echo->at = NULL;
}

static bool read_row(tether_echo *echo, tether_slice *from, tether_slice *to) {
  echo->row = echo->at;
  if (!PASSES(echo, FROM) || !read_digits(echo, from) || !PASSES(echo, TO) || !read_digits(echo, to)) return false;
  if (!read_tail(echo) || echo->at == echo->end) return false;
  return *echo->at == ',' ? echo->at++ != NULL : *echo->at == ']';
}

bool tether_echo_next(tether_echo *echo, tether_slice *from, tether_slice *to) {
  if (!echo->at) return false;
  if (!read_row(echo, from, to)) {
    echo->at = NULL;
    return false;
  }
  echo->ids[0] = *from;
  echo->ids[1] = *to;
  return true;
}
