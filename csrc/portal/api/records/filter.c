#define _GNU_SOURCE /* FNM_CASEFOLD */
#include "portal/api/records/filter.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/id.h"

int portal_filter_compare(const char *a, const char *b) {
  char *end_a, *end_b;
  int64_t m, n; /* ids are longer than what a double tells apart */
  if (tether_id_parse(a, strlen(a), &m) && tether_id_parse(b, strlen(b), &n)) return m < n ? -1 : m > n;
  double x = strtod(a, &end_a), y = strtod(b, &end_b);
  if (*a && *b && !*end_a && !*end_b) return x < y ? -1 : x > y;
  return strcasecmp(a, b);
}

static bool in_list(const char *value, const json_t *list) {
  size_t i;
  json_t *one;
  json_array_foreach((json_t *)list, i, one) {
    if (json_is_string(one) && portal_filter_compare(value, json_string_value(one)) == 0) return true;
  }
  return false;
}

/* A word of the value, with * as a wildcard. */
static bool has_token(const char *value, const char *pattern) {
  char word[200];
  while (*value) {
    size_t length = 0;
    while (*value && isspace((unsigned char)*value)) value++;
    while (value[length] && !isspace((unsigned char)value[length])) length++;
    snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), value);
    if (length && fnmatch(pattern, word, FNM_CASEFOLD) == 0) return true;
    value += length;
  }
  return false;
}

typedef enum operation { EQ, NEQ, LT, LTE, GT, GTE, BETWEEN, IN, NOT_IN, HAS, HAS_NOT, TOKEN, NO_TOKEN } operation;

static const char *const operations[] = {"EQ",
                                         "NEQ",
                                         "LT",
                                         "LTE",
                                         "GT",
                                         "GTE",
                                         "BETWEEN",
                                         "IN",
                                         "NOT_IN",
                                         "HAS_PROPERTY",
                                         "NOT_HAS_PROPERTY",
                                         "CONTAINS_TOKEN",
                                         "NOT_CONTAINS_TOKEN"};

static int operation_of(const json_t *filter) {
  const char *name = json_string_value(json_object_get(filter, "operator"));
  for (int i = 0; name && i < (int)(sizeof operations / sizeof *operations); i++)
    if (strcmp(operations[i], name) == 0) return i;
  return -1;
}

bool portal_filter_holds(const json_t *filter, const char *value) {
  const char *wanted = json_string_value(json_object_get(filter, "value"));
  const char *high = json_string_value(json_object_get(filter, "highValue"));
  const json_t *list = json_object_get(filter, "values");
  operation how = (operation)operation_of(filter);
  if (how == HAS || how == HAS_NOT) return (value != NULL) == (how == HAS);
  if (!value) return how == NEQ || how == NOT_IN || how == NO_TOKEN;
  if (how == IN || how == NOT_IN) return in_list(value, list) == (how == IN);
  if (how == TOKEN || how == NO_TOKEN) return has_token(value, wanted) == (how == TOKEN);
  int order = portal_filter_compare(value, wanted);
  switch (how) {
  case EQ:
    return order == 0;
  case NEQ:
    return order != 0;
  case LT:
    return order < 0;
  case LTE:
    return order <= 0;
  case GT:
    return order > 0;
  case GTE:
    return order >= 0;
  default:
    return order >= 0 && portal_filter_compare(value, high) <= 0;
  }
}

bool portal_filter_check(portal_call *call, const json_t *filter) {
  if (!json_is_object(filter) || !json_is_string(json_object_get(filter, "propertyName")))
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "A filter needs propertyName and operator");
  int how = operation_of(filter);
  if (how < 0) return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "The operator of a filter is not known");
  bool list = how == IN || how == NOT_IN, none = how == HAS || how == HAS_NOT;
  bool given = json_is_string(json_object_get(filter, "value"));
  if (how == BETWEEN) given = given && json_is_string(json_object_get(filter, "highValue"));
  if (list) given = json_is_array(json_object_get(filter, "values"));
  return none || given ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "The operator %s of property %.100s lacks %s",
                       operations[how], json_string_value(json_object_get(filter, "propertyName")),
                       list             ? "values"
                       : how == BETWEEN ? "value or highValue"
                                        : "value");
}
