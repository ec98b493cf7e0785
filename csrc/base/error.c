#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
  const char *name, *hint;
} codes[TETHER_CODE_COUNT] = {[TETHER_OK] = {"OK", ""},
#define TETHER_ERROR_ROW(code, remedy) [TETHER_##code] = {#code, remedy},
                              TETHER_ERROR_TABLE(TETHER_ERROR_ROW)
#undef TETHER_ERROR_ROW
};

static void fill(tether_error *error, tether_code code, int64_t place, const char *format, va_list arguments) {
  if (!error) return;
  error->code = code;
  error->place = place;
  vsnprintf(error->text, sizeof error->text, format, arguments);
}

bool tether_fail(tether_error *error, tether_code code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, code, 0, format, arguments);
  va_end(arguments);
  return false;
}

bool tether_fail_at(tether_error *error, tether_code code, int64_t place, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, code, place, format, arguments);
  va_end(arguments);
  return false;
}

const char *tether_code_name(tether_code code) { return code < TETHER_CODE_COUNT ? codes[code].name : "OK"; }

const char *tether_code_hint(tether_code code) { return code < TETHER_CODE_COUNT ? codes[code].hint : ""; }
