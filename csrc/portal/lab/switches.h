/* Switches: behaviour that no source decides, and sizes. One table: what a client must be tested under both ways. */
#ifndef TETHER_PORTAL_SWITCHES_H
#define TETHER_PORTAL_SWITCHES_H
#include "base/error.h"

/* CHOICE(NAME, "name", "help", choice, …): the first choice is the default, and each is a constant of its own:
 * PORTAL_LABELS_append. NUMBER(NAME, "name", least, default, "help"). */
#define PORTAL_SWITCH_TABLE(CHOICE, NUMBER)                                                                            \
  CHOICE(LABELS, "labels", "what array PUT and batch create do to the labels that are there", replace, append)         \
  CHOICE(REPLACE_PRIMARY, "replace_primary", "whether replacing labels also takes HubSpot's own, as Primary", keep,    \
         drop)                                                                                                         \
  CHOICE(SECOND_PRIMARY, "second_primary", "a second primary: the first loses it, both keep it, or 400", move, keep,   \
         refuse)                                                                                                       \
  CHOICE(FIRST_PRIMARY, "first_primary", "whether the first company of a record becomes its primary", off, on)         \
  CHOICE(PROMOTE_PRIMARY, "promote_primary", "whether another company becomes primary when the primary goes", off, on) \
  CHOICE(TYPED_ROUTE, "typed_route", "answer to a PUT with the type id in the path; 404, 405: no such route", 200,     \
         201, 204, 404, 405)                                                                                           \
  CHOICE(PATH_TYPES, "path_types", "whose type an id in the path means when both have it", hubspot, own)               \
  CHOICE(OVERVIEW_ROUTE, "overview_route", "batches under /crm/objects/V/associations: served, or unknown", on, 400,   \
         404)                                                                                                          \
  CHOICE(UNDOCUMENTED_ROUTES, "undocumented_routes",                                                                   \
         "paths that no source has: a type id in a path of v4, batches under /crm/associations/v4", off, on)           \
  CHOICE(ALL_FAILED, "all_failed", "status of a batch in which every input fails", 207, 400)                           \
  CHOICE(UNKNOWN_TYPE, "unknown_type", "an unknown type id in batch create spoils the whole batch, or its input", 400, \
         207)                                                                                                          \
  CHOICE(VERSION_2026_09, "version_2026_09",                                                                           \
         "2026-09 as its newer description, which is 2026-03's; or as the former one: batches of 200, purge 204",      \
         newer, former)                                                                                                \
  CHOICE(READS_2026_09, "reads_2026_09",                                                                               \
         "status of batch reads and batches of records with errors in version 2026-09", 207, 200)                      \
  CHOICE(UNTRACED, "untraced_create",                                                                                  \
         "status of a batch of creates without trace ids in which one fails: that one's, or 400", own, 400)            \
  CHOICE(ERROR_CONTEXT, "error_context",                                                                               \
         "errors of a batch: one for each missing side, or one with the ids of both sides, or without ids", sides,     \
         ids, none)                                                                                                    \
  CHOICE(RESULTS_ORDER, "results_order", "order in which a batch is worked and answered", inputs, reversed)            \
  CHOICE(DUPLICATES, "duplicates", "whether an input that stands twice is answered twice", each, once)                 \
  CHOICE(NO_LINKS, "no_links", "batch read of a record without associations: an error, or an empty list", 207, empty)  \
  CHOICE(MISSING_RECORD, "missing_record", "status of a write that names a record that is not there", 400, 404)        \
  CHOICE(MISSING_LIST, "missing_list", "the list of a record that is not there", 404, empty)                           \
  CHOICE(UNLINKED, "unlinked", "removing a link that is not there", 204, 404)                                          \
  CHOICE(SECOND_DELETE, "second_delete", "archiving a record that is archived", 204, 404)                              \
  CHOICE(MERGE_ID, "merge_id", "the id of a record that two were merged into", new, primary)                           \
  CHOICE(SELF_LINK, "self_link", "linking a record to itself", 400, allow)                                             \
  CHOICE(ARCHIVED_LINKS, "archived_links", "links to archived records in lists", hide, show)                           \
  CHOICE(EMPTY_TYPES, "empty_types", "an empty list of types: a success that links nothing, or 400", accept, 400)      \
  CHOICE(EMPTY_INPUTS, "empty_inputs", "a batch without inputs", 200, 400)                                             \
  CHOICE(LIMIT_ERROR, "limit_error", "category of the 400 for a link beyond a limit", VALIDATION_ERROR,                \
         ASSOCIATIONS_LIMIT_EXCEEDED)                                                                                  \
  CHOICE(EQUAL_LIMITS, "equal_limits", "whether a label's limit may equal that of its pair", allow, refuse)            \
  CHOICE(FAILED_LIMITS, "failed_limits", "a batch of limits in which one fails: canceled, or the others are done",     \
         canceled, partial)                                                                                            \
  CHOICE(LISTED_LIMITS, "listed_limits", "whether lists of limits show the other direction of one that is limited",    \
         both, set)                                                                                                    \
  CHOICE(V3_CREATE, "v3_create", "status of batch create in version 3, 201 until August 2025", 200, 201)               \
  CHOICE(SECOND_LABEL_DELETE, "second_label_delete", "deleting the other id of a paired label that is gone", 204, 400) \
  CHOICE(EXISTING_LIMIT, "existing_limit", "creating a limit that is there", overwrite, refuse)                        \
  CHOICE(LABEL_IN_USE, "label_in_use", "deleting a label that records have", delete, refuse)                           \
  CHOICE(LABEL_ORDER, "label_order", "which side stands first in the answer to a new label", inverse, forward)         \
  CHOICE(LABEL_TYPES, "label_types", "fromObjectTypeId and toObjectTypeId in lists of labels", absent, ids, null)      \
  CHOICE(BUILT_IN_LABELS, "built_in_labels", "HubSpot's own labels, as of billing contacts, in lists", hide, show)     \
  NUMBER(LABEL_DELAY, "label_delay", 0, 0, "seconds until lists show a new label")                                     \
  NUMBER(TRACKING_DELAY, "tracking_delay", 0, 0, "seconds until limits tracking forgets a label that was deleted")     \
  NUMBER(NAME_DELAY, "name_delay", 0, 0, "seconds until schemas show the name of a new label")                         \
  NUMBER(STALE_READS, "stale_reads", 0, 0, "seconds until lists and batch reads show what was written")                \
  NUMBER(SEARCH_DELAY, "search_delay", 0, 0, "seconds until search finds what was written")                            \
  CHOICE(SEARCH_LINKS, "search_links", "whether search filters by associations.TYPE", on, off)                         \
  CHOICE(REQUIRED, "required_properties",                                                                              \
         "whether new records must have what their type requires: of contacts nothing, unless it says so", on,         \
         contacts, off)                                                                                                \
  CHOICE(WARNINGS, "warnings", "whether a record that 2026-09 makes brings warnings", off, on)                         \
  CHOICE(UNKNOWN_PROPERTIES, "unknown_properties", "writing properties that the account has never seen", accept,       \
         refuse)                                                                                                       \
  CHOICE(TO_IDS, "to_ids", "how answers write toObjectId and fromObjectId", number, string)                            \
  NUMBER(PAGE, "page", 0, 500, "most targets that a list or one result of batch read shows")                           \
  CHOICE(OVER_PAGE, "over_page", "a list's limit out of 1 to 500: refused, or brought into it", 400, clamp)            \
  CHOICE(UNKNOWN_ROUTE, "unknown_route",                                                                               \
         "the body of 404 for a path that no route has; accept: as the request's Accept wants it", accept, json, html) \
  CHOICE(LIBRARY, "library", "whether appointments, courses, listings and services are activated", on, off)            \
  CHOICE(SCOPE_NAMES, "scope_names", "the key under which a 403 names the scopes that are missing", requiredScopes,    \
         requiredGranularScopes)                                                                                       \
  CHOICE(EU_TOKENS, "eu_tokens", "tokens that begin with pat-eu1 at a host that is not api-eu1", accept, refuse)       \
  NUMBER(BATCH_CREATE_MOST, "batch_create_most", 0, 2000, "most inputs of association batch create")                   \
  NUMBER(BATCH_READ_MOST, "batch_read_most", 0, 1000, "most inputs of association batch read")                         \
  NUMBER(BATCH_MOST, "batch_most", 0, 100, "most inputs of every other batch")                                         \
  NUMBER(LABEL_CAP, "label_cap", 0, 50, "most labels between two object types; a paired one counts once")              \
  NUMBER(TECHNICAL_LIMIT, "technical_limit", 0, 50000, "most records of a type that one record can be linked to")      \
  CHOICE(TIER, "tier", "rate limits of the account's subscription, with or without an API limit increase", none, free, \
         free_pack, professional, professional_pack, enterprise, enterprise_pack, oauth)                               \
  CHOICE(TIER_FIGURES, "tier_figures",                                                                                 \
         "whose figures a tier has: the guidelines of 2026, or the older ones of the associations guide", 2026, older) \
  NUMBER(BURST, "burst", 0, 0, "requests in ten seconds, in place of the tier's")                                      \
  NUMBER(DAILY_LIMIT, "daily", 0, 0, "requests in a day, in place of the tier's")                                      \
  CHOICE(EXEMPTIONS, "exemptions", "whether batches, labels, limits and search are free of the window", on, off)       \
  CHOICE(RETRY_AFTER, "retry_after", "whether a 429 says when to come back", off, on)                                  \
  CHOICE(RATE_LIMIT_BODY, "rate_limit_body",                                                                           \
         "whether a 429 names errorType and policyName, or the category RATE_LIMITS", errorType, category)             \
  CHOICE(WEBHOOK_LABELS, "webhook_labels",                                                                             \
         "whether contact.associationChange and its like tell of labels too, not of plain and primary types alone",    \
         off, on)                                                                                                      \
  CHOICE(WEBHOOK_BORN, "webhook_born", "whether the properties that a record is made with are property changes", on,   \
         off)                                                                                                          \
  NUMBER(WEBHOOK_BATCH, "webhook_batch", 1, 100, "most events in a webhook's delivery")                                \
  NUMBER(WEBHOOK_TIMEOUT, "webhook_timeout", 1, 5, "seconds in which a webhook's receiver must answer")                \
  NUMBER(UTC_OFFSET, "utc_offset", -INT32_MAX, 0, "minutes of the account's time zone ahead of UTC")

/* PORTAL_EACH(X, NAME, a, b) is X(NAME, a) X(NAME, b); up to eight. */
#define PORTAL_EACH_1(X, N, a) X(N, a)
#define PORTAL_EACH_2(X, N, a, ...) X(N, a) PORTAL_EACH_1(X, N, __VA_ARGS__)
#define PORTAL_EACH_3(X, N, a, ...) X(N, a) PORTAL_EACH_2(X, N, __VA_ARGS__)
#define PORTAL_EACH_4(X, N, a, ...) X(N, a) PORTAL_EACH_3(X, N, __VA_ARGS__)
#define PORTAL_EACH_5(X, N, a, ...) X(N, a) PORTAL_EACH_4(X, N, __VA_ARGS__)
#define PORTAL_EACH_6(X, N, a, ...) X(N, a) PORTAL_EACH_5(X, N, __VA_ARGS__)
#define PORTAL_EACH_7(X, N, a, ...) X(N, a) PORTAL_EACH_6(X, N, __VA_ARGS__)
#define PORTAL_EACH_8(X, N, a, ...) X(N, a) PORTAL_EACH_7(X, N, __VA_ARGS__)
#define PORTAL_NINTH(a, b, c, d, e, f, g, h, picked, ...) picked
#define PORTAL_EACH(X, N, ...)                                                                                         \
  PORTAL_NINTH(__VA_ARGS__, PORTAL_EACH_8, PORTAL_EACH_7, PORTAL_EACH_6, PORTAL_EACH_5, PORTAL_EACH_4, PORTAL_EACH_3,  \
               PORTAL_EACH_2, PORTAL_EACH_1)                                                                           \
  (X, N, __VA_ARGS__)

typedef enum portal_switch {
#define PORTAL_SWITCH_CHOICE(name, text, help, ...) PORTAL_##name,
#define PORTAL_SWITCH_NUMBER(name, text, least, otherwise, help) PORTAL_##name,
  PORTAL_SWITCH_TABLE(PORTAL_SWITCH_CHOICE, PORTAL_SWITCH_NUMBER)
#undef PORTAL_SWITCH_CHOICE
#undef PORTAL_SWITCH_NUMBER
      PORTAL_SWITCH_COUNT
} portal_switch;

/* The choices of each switch, from 0: how they are stored. */
#define PORTAL_CHOICE_NAME(name, choice) PORTAL_##name##_##choice,
#define PORTAL_SWITCH_CHOICE(name, text, help, ...) enum { PORTAL_EACH(PORTAL_CHOICE_NAME, name, __VA_ARGS__) };
#define PORTAL_SWITCH_NUMBER(name, text, least, otherwise, help)
PORTAL_SWITCH_TABLE(PORTAL_SWITCH_CHOICE, PORTAL_SWITCH_NUMBER)
#undef PORTAL_SWITCH_CHOICE
#undef PORTAL_SWITCH_NUMBER
#undef PORTAL_CHOICE_NAME

typedef struct portal_switch_row {
  const char *name;
  const char *choices; /* "replace,append"; NULL: a number */
  const char *help;
  int64_t least, otherwise; /* of a number */
} portal_switch_row;

const portal_switch_row *portal_switch_rows(void); /* PORTAL_SWITCH_COUNT of them */

void portal_switches_reset(int64_t values[PORTAL_SWITCH_COUNT]);

/* Sets one by name. False: OPTION_UNKNOWN, BAD_ARGUMENT. */
bool portal_switches_set(int64_t values[PORTAL_SWITCH_COUNT], const char *name, const char *value, tether_error *error);
#endif
