#include "portal/store/records/value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/id.h"

static bool is_day(const char *text) {
  static const char form[] = "0000-00-00";
  for (size_t i = 0; i < sizeof form - 1; i++)
    if (form[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != form[i]) return false;
  return true;
}

static bool date_of(const char *text, int64_t *ms) {
  char midnight[TETHER_CLOCK_ISO];
  if (!is_day(text)) return false;
  if (text[10]) return tether_clock_read_iso(text, ms);
  snprintf(midnight, sizeof midnight, "%.10sT00:00:00Z", text);
  return tether_clock_read_iso(midnight, ms);
}

static bool number_of(const char *text, double *number) {
  char *end;
  if (!*text || isspace((unsigned char)*text)) return false;
  *number = strtod(text, &end);
  return !*end && *number == *number; /* "nan" is a word */
}

/* A date as a time, digits as they are; false: neither. */
static bool time_of(const char *text, int64_t *ms, bool *date) {
  double number;
  if (date_of(text, ms)) return *date = true;
  if (!number_of(text, &number) || number < -9e15 || number > 9e15) return false;
  *ms = (int64_t)number;
  return true;
}

int portal_value_compare(const char *a, const char *b) {
  int64_t m, n; /* ids are longer than what a double tells apart */
  double x, y;
  bool date = false;
  if (tether_id_parse(a, strlen(a), &m) && tether_id_parse(b, strlen(b), &n)) return m < n ? -1 : m > n;
  if (time_of(a, &m, &date) && time_of(b, &n, &date) && date) return m < n ? -1 : m > n;
  if (number_of(a, &x) && number_of(b, &y)) return x < y ? -1 : x > y;
  return strcasecmp(a, b);
}

void portal_value_fold(const char *value, char *out, size_t size) {
  size_t i = 0;
  for (; value[i] && i + 1 < size; i++) out[i] = (char)tolower((unsigned char)value[i]);
  out[i] = '\0';
}

void portal_value_key(const char *value, char out[PORTAL_VALUE_KEY]) {
  int64_t ms;
  double number;
  if (date_of(value, &ms))
    snprintf(out, PORTAL_VALUE_KEY, "%.15g", (double)ms);
  else if (number_of(value, &number))
    snprintf(out, PORTAL_VALUE_KEY, "%.15g", number == 0 ? 0 : number); /* -0 is 0 */
  else
    portal_value_fold(value, out, PORTAL_VALUE_KEY);
}

bool portal_value_part(const char **rest, char *out, size_t size) {
  while (**rest == ';') ++*rest;
  size_t length = strcspn(*rest, ";");
  snprintf(out, size, "%.*s", (int)length, *rest);
  *rest += length;
  return length > 0;
}

bool portal_value_is_list(const char *property) {
  static const char *const lists[] = {"hs_additional_emails", "hs_additional_domains", "hs_merged_object_ids"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (strcmp(lists[i], property) == 0) return true;
  return false;
}
