#include "portal/lab/refusals.h"

#include <string.h>

#define MISSING_SCOPES                                                                                                 \
  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: "         \
  "https://developers.hubspot.com/scopes."
#define SCOPES(key)                                                                                                    \
  "{\"errors\":[{\"message\":\"One or more of the following scopes are required.\",\"context\":{\"" key                \
  "\":[\"crm.objects.contacts.write\"]}}],\"links\":{\"scopes\":\"https://developers.hubspot.com/scopes\"}}"

/* X(name, status, category, message, further fields of the body). The shapes are those of wire.md, 11.2. */
#define REFUSALS(X)                                                                                                    \
  X("unauthenticated", 401, "INVALID_AUTHENTICATION", "Authentication credentials not found.", NULL)                   \
  X("expired", 401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 5 minute(s) ago.", NULL) \
  X("missing_scopes", 403, "MISSING_SCOPES", MISSING_SCOPES, SCOPES("requiredScopes"))                                 \
  X("missing_granular_scopes", 403, "MISSING_SCOPES", MISSING_SCOPES, SCOPES("requiredGranularScopes"))                \
  X("user_permissions", 403, "USER_DOES_NOT_HAVE_PERMISSIONS",                                                         \
    "The user who created this app does not have permissions to make this call.", NULL)                                \
  X("edit_associations", 400, "VALIDATION_ERROR", "Missing 'Edit Associations' permission.", NULL)                     \
  X("locked", 423, NULL, "The resource is locked", NULL)                                                               \
  X("migrating", 477, NULL, "This account is being migrated between data centers", NULL)                               \
  X("wrong_hublet", 488, NULL, "Hub 62515 is unknown to this Hublet, but it appears to exist in Hublet eu1",           \
    "{\"correctHublet\":\"eu1\"}")

static const struct {
  const char *name;
  int status;
  const char *category, *message, *fields; /* category, fields NULL: none */
} refusals[] = {
#define REFUSAL(name, status, category, message, fields) {name, status, category, message, fields},
    REFUSALS(REFUSAL)
#undef REFUSAL
};

enum { COUNT = sizeof refusals / sizeof *refusals };

static size_t place_of(const char *name) {
  size_t i = 0;
  while (i < COUNT && strcmp(refusals[i].name, name) != 0) i++;
  return i;
}

int portal_refusal_status(const char *name) {
  size_t place = place_of(name);
  return place < COUNT ? refusals[place].status : 0;
}

const char *portal_refusal_names(void) {
#define REFUSAL(name, status, category, message, fields) ", " name
  return &(REFUSALS(REFUSAL))[2];
#undef REFUSAL
}

void portal_refusal_answer(const char *name, portal_answer *answer) {
  size_t place = place_of(name);
  portal_problem problem = {.status = 0};
  portal_refuse(&problem, refusals[place].status, refusals[place].category, "%s", refusals[place].message);
  if (refusals[place].fields) problem.extra = json_loads(refusals[place].fields, 0, NULL);
  answer->status = problem.status;
  answer->body = portal_problem_body(&problem, answer->correlation);
  portal_problem_clear(&problem);
}
