/* From the words of an error body to one of our codes. One table a question: status first, for what it leaves open the
 * category, then the text. */
#include <string.h>

#include "core/wire/decode.h"

static const struct {
  long status;
  tether_code code;
} by_status[] = {
    {401, TETHER_UNAUTHENTICATED}, {403, TETHER_MISSING_SCOPES}, {409, TETHER_CONFLICT},  {413, TETHER_TOO_LARGE},
    {414, TETHER_TOO_LARGE},       {423, TETHER_LOCKED},         {437, TETHER_LABEL_CAP}, {477, TETHER_MIGRATING},
};

static const struct {
  const char *word; /* in the category, the sub-category or the message */
  tether_code code;
} by_word[] = {
    {"ASSOCIATIONS_LIMIT_EXCEEDED", TETHER_LIMIT_EXCEEDED},
    {"DUPLICATE_ASSOCIATION_LABEL", TETHER_LABEL_EXISTS},
    {"Association definition named", TETHER_LABEL_EXISTS},
    {"maximum number of inputs", TETHER_TOO_LARGE},
    {"invalid from object type", TETHER_TYPE_WRONG_DIRECTION},
    {"INVALID_ASSOCIATION_TYPE", TETHER_TYPE_UNKNOWN}, /* also ..._TYPE_ID */
    {"is not a valid association type between", TETHER_TYPE_UNKNOWN},
    {"INVALID_IDENTIFIER", TETHER_BAD_ID},
    {"Unable to infer object type", TETHER_OBJECT_TYPE_UNKNOWN},
    {"Invalid object or event type id", TETHER_OBJECT_TYPE_UNKNOWN},
    {"OBJECT_NOT_FOUND", TETHER_NOT_FOUND},
    {"INVALID_OBJECT_IDS", TETHER_NOT_FOUND},
    {"MISSING_SCOPES", TETHER_MISSING_SCOPES},
    {"CONFLICT", TETHER_CONFLICT},
    {"VALIDATION_ERROR", TETHER_INVALID},
    {"BAD_REFRESH_TOKEN", TETHER_UNAUTHENTICATED},
};

static tether_code rate_limit(const char *policy, const char *message) {
  return strcmp(policy, "DAILY") == 0 || strstr(message, "daily limit") ? TETHER_DAILY_LIMIT : TETHER_RATE_LIMITED;
}

tether_code tether_problem_code(long status, const char *category, const char *sub_category, const char *policy,
                                const char *message) {
  if (status == 429) return rate_limit(policy, message);
  for (size_t i = 0; i < sizeof by_status / sizeof *by_status; i++)
    if (by_status[i].status == status) return by_status[i].code;
  for (size_t i = 0; i < sizeof by_word / sizeof *by_word; i++) {
    const char *word = by_word[i].word;
    if (strstr(category, word) || strstr(sub_category, word) || strstr(message, word)) return by_word[i].code;
  }
  if (status == 404) return TETHER_NOT_FOUND;
  if (status >= 500) return TETHER_SERVER_ERROR;
  return (status >= 400 && status < 500) || (status >= 200 && status < 300) ? TETHER_INVALID : TETHER_UNEXPECTED_STATUS;
}
