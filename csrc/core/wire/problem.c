/* From the words of an error body to one of our codes. The status decides first, then the category, then the text;
 * each has a table. */
#define _GNU_SOURCE /* strcasestr */
#include <string.h>

#include "core/wire/decode.h"

static const struct {
  long status;
  tether_code code;
} by_status[] = {
    {401, TETHER_UNAUTHENTICATED}, {403, TETHER_MISSING_SCOPES}, {405, TETHER_ROUTE_UNKNOWN}, {408, TETHER_TIMED_OUT},
    {409, TETHER_CONFLICT},        {413, TETHER_TOO_LARGE},      {414, TETHER_TOO_LARGE},     {423, TETHER_LOCKED},
    {437, TETHER_LABEL_CAP},       {477, TETHER_MIGRATING},      {488, TETHER_WRONG_REGION},
};

/* Statuses whose words say more than the number. A 403 is about the app's scopes unless its category says that it is
 * about the user (wire.md, 11.2). */
static const struct {
  long status;
  const char *word;
  tether_code code;
} by_both[] = {
    {403, "USER_DOES_NOT_HAVE_PERMISSIONS", TETHER_PERMISSION_MISSING},
};

static const struct {
  const char *word; /* in the category, the sub-category or the message */
  tether_code code;
} by_word[] = {
    {"DUPLICATE_ASSOCIATION_LABEL", TETHER_LABEL_EXISTS},                  /* wire.md, 4.14 */
    {"Association definition named", TETHER_LABEL_EXISTS},                 /* wire.md, 4.14 */
    {"maximum number of inputs", TETHER_TOO_LARGE},                        /* wire.md, 3.7 */
    {"invalid from object type", TETHER_TYPE_WRONG_DIRECTION},             /* wire.md, 4.2 */
    {"INVALID_ASSOCIATION_TYPE", TETHER_TYPE_UNKNOWN},                     /* also ..._TYPE_ID: wire.md, 4.7 */
    {"is not a valid association type between", TETHER_TYPE_UNKNOWN},      /* wire.md, 4.7 */
    {"INVALID_IDENTIFIER", TETHER_BAD_ID},                                 /* wire.md, 4.8 */
    {"Unable to infer object type", TETHER_OBJECT_TYPE_UNKNOWN},           /* wire.md, 5 */
    {"Invalid object or event type id", TETHER_OBJECT_TYPE_UNKNOWN},       /* wire.md, 5 */
    {"OBJECT_NOT_FOUND", TETHER_NOT_FOUND},                                /* wire.md, 4.7 */
    {"INVALID_OBJECT_IDS", TETHER_NOT_FOUND},                              /* wire.md, open question 11 */
    {"MISSING_SCOPES", TETHER_MISSING_SCOPES},                             /* wire.md, 11.2 */
    {"USER_DOES_NOT_HAVE_PERMISSIONS", TETHER_PERMISSION_MISSING},         /* wire.md, 11.2 */
    {"Missing 'Edit Associations' permission", TETHER_PERMISSION_MISSING}, /* of the user, by a 400: wire.md, 11.2 */
    {"CONFLICT", TETHER_CONFLICT},                                         /* wire.md, 11.2 */
    {"VALIDATION_ERROR", TETHER_INVALID},                                  /* wire.md, 11.2 */
    {"BAD_REFRESH_TOKEN", TETHER_UNAUTHENTICATED},                         /* wire.md, 12.2 */
};

/* The codes that say nothing about a single row. All other codes speak of rows, or of what the caller has passed. */
static const struct {
  tether_code code;
  tether_about about;
} beyond_rows[] = {
    {TETHER_UNAUTHENTICATED, TETHER_ABOUT_ACCOUNT},    {TETHER_MISSING_SCOPES, TETHER_ABOUT_ACCOUNT},
    {TETHER_PERMISSION_MISSING, TETHER_ABOUT_ACCOUNT}, {TETHER_TOKEN_MISSING, TETHER_ABOUT_ACCOUNT},
    {TETHER_TOKEN_MALFORMED, TETHER_ABOUT_ACCOUNT},    {TETHER_LOCKED, TETHER_ABOUT_ACCOUNT},
    {TETHER_RATE_LIMITED, TETHER_ABOUT_ACCOUNT},       {TETHER_DAILY_LIMIT, TETHER_ABOUT_ACCOUNT},
    {TETHER_MIGRATING, TETHER_ABOUT_ACCOUNT},          {TETHER_WRONG_REGION, TETHER_ABOUT_ACCOUNT},
    {TETHER_ROUTE_UNKNOWN, TETHER_ABOUT_ACCOUNT},      {TETHER_UNEXPECTED_STATUS, TETHER_ABOUT_ACCOUNT},
    {TETHER_URL_BAD, TETHER_ABOUT_TRANSPORT},          {TETHER_HOST_UNREACHABLE, TETHER_ABOUT_TRANSPORT},
    {TETHER_TLS_FAILED, TETHER_ABOUT_TRANSPORT},       {TETHER_TIMED_OUT, TETHER_ABOUT_TRANSPORT},
    {TETHER_CONNECTION_LOST, TETHER_ABOUT_TRANSPORT},  {TETHER_CANCELLED, TETHER_ABOUT_TRANSPORT},
    {TETHER_CLOSED, TETHER_ABOUT_TRANSPORT},           {TETHER_NO_MEMORY, TETHER_ABOUT_TRANSPORT},
    {TETHER_SERVER_ERROR, TETHER_ABOUT_TRANSPORT},     {TETHER_ANSWER_MALFORMED, TETHER_ABOUT_ANSWER},
    {TETHER_NOT_CONFIRMED, TETHER_ABOUT_ANSWER},
};

tether_about tether_problem_about(tether_code code) {
  for (size_t i = 0; i < sizeof beyond_rows / sizeof *beyond_rows; i++)
    if (beyond_rows[i].code == code) return beyond_rows[i].about;
  return TETHER_ABOUT_ROWS;
}

static bool says(const char *word, const char *category, const char *sub_category, const char *message) {
  return strstr(category, word) || strstr(sub_category, word) || strstr(message, word);
}

/* Whether a refusal says that a limit on associations is reached. Nobody has recorded its words (wire.md, open question
 * 17): the phrases below are a guess. A request's own limit ("limit must be between") and a limit that cannot be set so
 * ("cannot exceed") have none of them. */
static bool is_limit(const char *category, const char *sub_category, const char *message) {
  static const char *const hit[] = {"exceeded", "has been reached", "at most", "too many", "maximum number of"};
  if (strstr(category, "LIMIT_EXCEEDED") || strstr(sub_category, "LIMIT_EXCEEDED")) return true;
  if (!strcasestr(message, "association")) return false;
  for (size_t i = 0; i < sizeof hit / sizeof *hit; i++)
    if (strcasestr(message, hit[i])) return true;
  return false;
}

/* Refusals that may speak of what was asked for; the others speak of the account, or come from a proxy. */
static bool may_be_about_rows(long status) { return status == 400 || status == 404 || status == 422; }

static tether_code rate_limit(const char *policy, const char *message) {
  return strcmp(policy, "DAILY") == 0 || strstr(message, "daily limit") ? TETHER_DAILY_LIMIT : TETHER_RATE_LIMITED;
}

tether_code tether_problem_code(long status, const char *category, const char *sub_category, const char *policy,
                                const char *message) {
  if (status == 429) return rate_limit(policy, message);
  for (size_t i = 0; i < sizeof by_both / sizeof *by_both; i++)
    if (by_both[i].status == status && says(by_both[i].word, category, sub_category, message)) return by_both[i].code;
  for (size_t i = 0; i < sizeof by_status / sizeof *by_status; i++)
    if (by_status[i].status == status) return by_status[i].code;
  if (status >= 500) return TETHER_SERVER_ERROR;
  if (!strstr(message, "maximum number of inputs") && is_limit(category, sub_category, message))
    return TETHER_LIMIT_EXCEEDED;
  for (size_t i = 0; i < sizeof by_word / sizeof *by_word; i++)
    if (says(by_word[i].word, category, sub_category, message)) return by_word[i].code;
  if (status == 404) return TETHER_NOT_FOUND;
  return may_be_about_rows(status) || (status >= 200 && status < 300) ? TETHER_INVALID : TETHER_UNEXPECTED_STATUS;
}
