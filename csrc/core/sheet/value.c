#include "core/sheet/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- numbers ------------------------------------------------------------------------------------------------------- */

/* A decimal number taken apart: 0.DIGITS times ten to the power of `point`. */
typedef struct {
  char digits[32]; /* without zeros in front and behind */
  size_t count;
  long point;
  bool negative;
} decimal;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Reads the digits before and behind the point; the place behind them, or NULL. */
static const char *read_digits(const char *at, const char *end, decimal *number) {
  bool any = false, behind = false;
  for (; at < end && (is_digit(*at) || (*at == '.' && !behind)); at++) {
    if (*at == '.') {
      behind = true;
      continue;
    }
    any = true;
    bool leading = number->count == 0 && *at == '0';
    if (!behind && !leading) number->point++;
    if (behind && leading) number->point--;
    if (leading) continue;
    if (number->count == sizeof number->digits) return NULL;
    number->digits[number->count++] = *at;
  }
  while (number->count && number->digits[number->count - 1] == '0') number->count--;
  return any ? at : NULL;
}

static const char *read_exponent(const char *at, const char *end, decimal *number) {
  if (at == end || (*at != 'e' && *at != 'E')) return at;
  bool negative = ++at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) at++;
  long exponent = 0;
  const char *first = at;
  for (; at < end && is_digit(*at); at++)
    if (exponent < 100000) exponent = exponent * 10 + (*at - '0');
  number->point += negative ? -exponent : exponent;
  return at > first ? at : NULL;
}

static bool read_decimal(tether_slice text, decimal *number) {
  const char *at = text.data, *end = text.data + text.length;
  *number = (decimal){.count = 0};
  number->negative = at < end && *at == '-';
  if (number->negative) at++;
  at = read_digits(at, end, number);
  if (at) at = read_exponent(at, end, number);
  return at == end;
}

static tether_slice write_integer(const decimal *number, char *room) {
  size_t length = 0;
  if (number->negative) room[length++] = '-';
  for (long i = 0; i < number->point; i++) room[length++] = (size_t)i < number->count ? number->digits[i] : '0';
  return (tether_slice){room, length};
}

static tether_slice write_cut(const decimal *number, char *room) {
  int length = snprintf(room, TETHER_NUMBER_TEXT, "%s%c%s%.*sE+%02ld", number->negative ? "-" : "", number->digits[0],
                        number->count > 1 ? "." : "", (int)number->count - 1, number->digits + 1, number->point - 1);
  return (tether_slice){room, (size_t)length};
}

tether_slice tether_number_plain(tether_slice text, char *room) {
  decimal number;
  if (!read_decimal(text, &number) || text.length == 0) return text;
  if (number.count == 0) return (tether_slice){"0", 1};
  if (number.point < (long)number.count) return text;
  return number.point > TETHER_NUMBER_DIGITS ? write_cut(&number, room) : write_integer(&number, room);
}

/* -- places -------------------------------------------------------------------------------------------------------- */

size_t tether_cell_column(const char *reference) {
  size_t column = 0;
  for (; *reference >= 'A' && *reference <= 'Z'; reference++) {
    column = column * 26 + (size_t)(*reference - 'A') + 1;
    if (column > TETHER_SHEET_COLUMNS) return 0;
  }
  return column;
}

size_t tether_count_parse(const char *text, size_t most) {
  size_t number = 0;
  for (; is_digit(*text); text++) {
    number = number * 10 + (size_t)(*text - '0');
    if (number > most) return 0;
  }
  return *text ? 0 : number;
}

/* -- text ---------------------------------------------------------------------------------------------------------- */

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The character of "_xHHHH_" at `at`; -1: none is there, or half of a pair of surrogates, which stays as it is. */
static int escaped(const char *at, const char *end) {
  enum { LENGTH = 7 };
  int code = 0;
  if (end - at < LENGTH || at[0] != '_' || at[1] != 'x' || at[LENGTH - 1] != '_') return -1;
  for (int i = 2; i < LENGTH - 1; i++) {
    int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code >= 0xD800 && code <= 0xDFFF ? -1 : code;
}

static size_t encode(int code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  out[0] = (char)(0xE0 | code >> 12);
  out[1] = (char)(0x80 | (code >> 6 & 0x3F));
  out[2] = (char)(0x80 | (code & 0x3F));
  return 3;
}

bool tether_escaped_add(tether_buffer *out, tether_slice text, tether_error *error) {
  if (text.length == 0) return true; /* text.data may be NULL */
  const char *at = text.data, *end = text.data + text.length;
  while (at < end) {
    const char *mark = memchr(at, '_', (size_t)(end - at)), *last = mark ? mark : end;
    int code = mark ? escaped(mark, end) : -1;
    if (mark && code < 0) last = mark + 1;
    if (!tether_buffer_add(out, at, (size_t)(last - at), error)) return false;
    at = last;
    if (code < 0) continue;
    char bytes[3];
    size_t length = encode(code, bytes);
    if (!tether_buffer_add(out, bytes, length, error)) return false;
    at += 7;
  }
  return true;
}
