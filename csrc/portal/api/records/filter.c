#define _GNU_SOURCE /* FNM_CASEFOLD */
#include "portal/api/records/filter.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "portal/store/records/value.h"

typedef enum operation { EQ, NEQ, LT, LTE, GT, GTE, BETWEEN, IN, NOT_IN, HAS, HAS_NOT, TOKEN, NO_TOKEN } operation;

/* Options are equal letter by letter, other texts in any case. */
static int compare(const char *a, const char *b, bool exact) {
  return exact ? strcmp(a, b) : portal_value_compare(a, b);
}

/* The texts of a list stand in lower case (csrc/data/wire.md, 3.6): another spelling finds nothing. */
static bool is_one(const char *value, const char *wanted, bool exact) {
  if (exact || strcasecmp(value, wanted) != 0) return compare(value, wanted, exact) == 0;
  for (; *wanted; wanted++)
    if (isupper((unsigned char)*wanted) && isalpha((unsigned char)*value)) return false;
  return true;
}

static bool in_list(const char *value, const json_t *list, bool exact) {
  size_t i;
  json_t *listed;
  json_array_foreach((json_t *)list, i, listed) {
    if (is_one(value, json_string_value(listed), exact)) return true;
  }
  return false;
}

/* A word of the value, with * as a wildcard. */
static bool is_gap(char c) { return isspace((unsigned char)c) || c == ';'; }

static bool has_token(const char *value, const char *pattern) {
  char word[200];
  while (*value) {
    size_t length = 0;
    while (*value && is_gap(*value)) value++;
    while (value[length] && !is_gap(value[length])) length++;
    snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), value);
    if (length && fnmatch(pattern, word, FNM_CASEFOLD) == 0) return true;
    value += length;
  }
  return false;
}

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

static bool holds(operation how, const json_t *filter, const char *value, bool exact) {
  const char *wanted = json_string_value(json_object_get(filter, "value"));
  if (how == IN) return in_list(value, json_object_get(filter, "values"), exact);
  if (how == TOKEN) return has_token(value, wanted);
  int order = compare(value, wanted, exact);
  switch (how) {
  case EQ:
    return order == 0;
  case LT:
    return order < 0;
  case LTE:
    return order <= 0;
  case GT:
    return order > 0;
  case GTE:
    return order >= 0;
  default:
    return order >= 0 && compare(value, json_string_value(json_object_get(filter, "highValue")), exact) <= 0;
  }
}

/* One of the values that a property has. */
static bool any_holds(operation how, const json_t *filter, const char *value, bool exact) {
  char part[400];
  if (!portal_value_is_list(json_string_value(json_object_get(filter, "propertyName"))))
    return holds(how, filter, value, exact);
  while (portal_value_part(&value, part, sizeof part))
    if (holds(how, filter, part, exact)) return true;
  return false;
}

bool portal_filter_holds(const json_t *filter, const char *value, bool exact) {
  operation how = (operation)operation_of(filter);
  switch (how) {
  case HAS:
    return value != NULL;
  case HAS_NOT:
    return value == NULL;
  case NEQ: /* these also find what has no value (csrc/data/wire.md, 3.6) */
    return !value || !any_holds(EQ, filter, value, exact);
  case NOT_IN:
    return !value || !any_holds(IN, filter, value, exact);
  case NO_TOKEN:
    return !value || !any_holds(TOKEN, filter, value, exact);
  default:
    return value && any_holds(how, filter, value, exact);
  }
}

json_t *portal_filter_values(const json_t *filter) {
  int how = operation_of(filter);
  if (how == EQ || how == NEQ) return json_pack("[O]", json_object_get(filter, "value"));
  return how == IN || how == NOT_IN ? json_incref(json_object_get(filter, "values")) : NULL;
}

const char *portal_filter_linked(const portal_call *call, const json_t *filter) {
  const char *name = json_string_value(json_object_get(filter, "propertyName"));
  return PORTAL_IS(call->store, SEARCH_LINKS, on) && strncmp(name, "associations.", 13) == 0 ? name + 13 : NULL;
}

/* -- reading ------------------------------------------------------------------------------------------------------ */

/* A number or a boolean as text; NULL: neither, nor a text. */
static json_t *text_of(const json_t *value) {
  if (json_is_string(value)) return json_incref((json_t *)value);
  if (!json_is_number(value) && !json_is_boolean(value)) return NULL;
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
  json_t *string = text ? json_string(text) : NULL;
  free(text);
  return string;
}

static bool read_value(json_t *filter, const char *name) {
  json_t *text = text_of(json_object_get(filter, name));
  return text && json_object_set_new(filter, name, text) == 0;
}

static bool read_values(json_t *filter) {
  json_t *list = json_object_get(filter, "values");
  for (size_t i = 0; i < json_array_size(list); i++) {
    json_t *text = text_of(json_array_get(list, i));
    if (!text || json_array_set_new(list, i, text) != 0) return false;
  }
  return json_is_array(list);
}

/* The fields that an operator needs. */
static const char *needs(int how) {
  return how == IN || how == NOT_IN ? "values" : how == BETWEEN ? "value or highValue" : "value";
}

/* Custom objects cannot be searched by what they are linked to (csrc/data/wire.md, 3.6). */
static bool check_linked(portal_call *call, const char *type, int how) {
  const portal_object *to = portal_catalog_object(call->store->catalog, type);
  bool known = how == EQ || how == NEQ || how == IN || how == NOT_IN || how == HAS || how == HAS_NOT;
  if (!to) return portal_refuse(call->problem, 400, NULL, "Unable to infer object type from: %.100s", type);
  if (to->name || call->from->name)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Custom objects cannot be searched by associations");
  return known || portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                                "The operator %s is not supported on associations", operations[how]);
}

bool portal_filter_check(portal_call *call, json_t *filter) {
  const char *name = json_string_value(json_object_get(filter, "propertyName"));
  if (!name) return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "A filter needs propertyName and operator");
  int how = operation_of(filter);
  if (how < 0) return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "The operator of a filter is not known");
  bool given = how == IN || how == NOT_IN ? read_values(filter) : read_value(filter, "value");
  if (how == BETWEEN) given = given && read_value(filter, "highValue");
  if (!given && how != HAS && how != HAS_NOT)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "The operator %s of property %.100s lacks %s",
                         operations[how], name, needs(how));
  const char *type = portal_filter_linked(call, filter);
  return !type || check_linked(call, type, how);
}
