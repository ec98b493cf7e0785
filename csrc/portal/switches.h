/* Switches: behaviour that no source settles, and sizes. One table: what a client must be tested under both ways. */
#ifndef TETHER_PORTAL_SWITCHES_H
#define TETHER_PORTAL_SWITCHES_H
#include "base/error.h"

/* X(NAME, "name", "choice,choice", default, "help"). A choice is stored as its position. In place of choices: NULL for
 * a number of at least 0, "" for any whole number. */
#define PORTAL_SWITCH_TABLE(X)                                                                                         \
  X(LABELS, "labels", "replace,append", 0, "what array PUT and batch create do to the labels that are there")          \
  X(REPLACE_PRIMARY, "replace_primary", "keep,drop", 0,                                                                \
    "whether replacing labels also takes HubSpot's own, as Primary")                                                   \
  X(SECOND_PRIMARY, "second_primary", "move,keep,refuse", 0,                                                           \
    "a second primary: the first loses it, both keep it, or 400")                                                      \
  X(FIRST_PRIMARY, "first_primary", "off,on", 0, "whether the first company of a record becomes its primary")          \
  X(PROMOTE_PRIMARY, "promote_primary", "off,on", 0, "whether another company becomes primary when the primary goes")  \
  X(TYPED_ROUTE, "typed_route", "200,201,204,404,405", 0,                                                              \
    "answer to a PUT with the type id in the path; 404, 405: no such route")                                           \
  X(PATH_TYPES, "path_types", "hubspot,own", 0, "whose type an id in the path means when both have it")                \
  X(OVERVIEW_ROUTE, "overview_route", "on,400,404", 0,                                                                 \
    "batches under /crm/objects/V/associations: served, or unknown")                                                   \
  X(ALL_FAILED, "all_failed", "207,400", 0, "status of a batch in which every input fails")                            \
  X(UNKNOWN_TYPE, "unknown_type", "400,207", 0,                                                                        \
    "an unknown type id in batch create spoils the whole batch, or its input")                                         \
  X(PARTIAL_2026_09, "partial_2026_09", "200,207", 0, "status of association batches with errors in version 2026-09")  \
  X(READS_2026_09, "reads_2026_09", "207,200", 0,                                                                      \
    "status of batch reads and batches of records with errors in version 2026-09")                                     \
  X(UNTRACED, "untraced_create", "400,own", 0,                                                                         \
    "status of a batch of creates without trace ids in which one fails: 400, or that one's")                           \
  X(PURGE_2026_09, "purge_2026_09", "204,200", 0, "status of purging limits in version 2026-09")                       \
  X(ERROR_CONTEXT, "error_context", "ids,none", 0, "whether the errors of a batch name their inputs")                  \
  X(RESULTS_ORDER, "results_order", "inputs,reversed", 0, "order in which a batch is worked and answered")             \
  X(DUPLICATES, "duplicates", "each,once", 0, "whether an input that stands twice is answered twice")                  \
  X(NO_LINKS, "no_links", "207,empty", 0, "batch read of a record without associations: an error, or an empty list")   \
  X(MISSING_RECORD, "missing_record", "400,404", 0, "status of a write that names a record that is not there")         \
  X(MISSING_LIST, "missing_list", "404,empty", 0, "the list of a record that is not there")                            \
  X(UNLINKED, "unlinked", "204,404", 0, "removing a link that is not there")                                           \
  X(SECOND_DELETE, "second_delete", "204,404", 0, "archiving a record that is archived")                               \
  X(SELF_LINK, "self_link", "400,allow", 0, "linking a record to itself")                                              \
  X(ARCHIVED_LINKS, "archived_links", "hide,show", 0, "links to archived records in lists")                            \
  X(EMPTY_TYPES, "empty_types", "400,accept", 0, "an empty list of types")                                             \
  X(EMPTY_INPUTS, "empty_inputs", "200,400", 0, "a batch without inputs")                                              \
  X(LIMIT_ERROR, "limit_error", "VALIDATION_ERROR,ASSOCIATIONS_LIMIT_EXCEEDED", 0,                                     \
    "category of the 400 for a link beyond a limit")                                                                   \
  X(EQUAL_LIMITS, "equal_limits", "allow,refuse", 0, "whether a label's limit may equal that of its pair")             \
  X(EXISTING_LIMIT, "existing_limit", "overwrite,refuse", 0, "creating a limit that is there")                         \
  X(LABEL_IN_USE, "label_in_use", "delete,refuse", 0, "deleting a label that records have")                            \
  X(LABEL_ORDER, "label_order", "inverse,forward", 0, "which side stands first in the answer to a new label")          \
  X(LABEL_TYPES, "label_types", "absent,ids,null", 0, "fromObjectTypeId and toObjectTypeId in lists of labels")        \
  X(BUILT_IN_LABELS, "built_in_labels", "hide,show", 0, "HubSpot's own labels, as of billing contacts, in lists")      \
  X(LABEL_DELAY, "label_delay", NULL, 0, "seconds until lists show a new label")                                       \
  X(TRACKING_DELAY, "tracking_delay", NULL, 0, "seconds until limits tracking forgets a label that was deleted")       \
  X(NAME_DELAY, "name_delay", NULL, 0, "seconds until schemas show the name of a new label")                           \
  X(STALE_READS, "stale_reads", NULL, 0, "seconds until lists and batch reads show what was written")                  \
  X(SEARCH_DELAY, "search_delay", NULL, 0, "seconds until search finds what was written")                              \
  X(SEARCH_LINKS, "search_links", "on,off", 0, "whether search filters by associations.TYPE")                          \
  X(REQUIRED, "required_properties", "on,off", 0, "whether new records must have what their type requires")            \
  X(UNKNOWN_PROPERTIES, "unknown_properties", "accept,refuse", 0,                                                      \
    "writing properties that the account has never seen")                                                              \
  X(TO_IDS, "to_ids", "number,string", 0, "how answers write toObjectId and fromObjectId")                             \
  X(PAGE, "page", NULL, 500, "most targets that a list or one result of batch read shows")                             \
  X(OVER_PAGE, "over_page", "400,clamp", 0, "a list's limit out of 1 to 500: refused, or brought into it")             \
  X(UNKNOWN_ROUTE, "unknown_route", "html,json,accept", 0,                                                             \
    "the body of 404 for a path that no route has; accept: as the request's Accept wants it")                          \
  X(LIBRARY, "library", "on,off", 0, "whether appointments, courses, listings and services are activated")             \
  X(EU_TOKENS, "eu_tokens", "accept,refuse", 0, "tokens that begin with pat-eu1 at a host that is not api-eu1")        \
  X(BATCH_CREATE_MOST, "batch_create_most", NULL, 2000, "most inputs of association batch create")                     \
  X(BATCH_READ_MOST, "batch_read_most", NULL, 1000, "most inputs of association batch read")                           \
  X(BATCH_MOST, "batch_most", NULL, 100, "most inputs of every other batch")                                           \
  X(LABEL_CAP, "label_cap", NULL, 50, "most labels between two object types; a paired one counts once")                \
  X(TECHNICAL_LIMIT, "technical_limit", NULL, 50000, "most records of a type that one record can be linked to")        \
  X(TIER, "tier", "none,free,free_pack,professional,professional_pack,enterprise,enterprise_pack,oauth", 0,            \
    "rate limits of the account's subscription, with or without an API limit increase")                                \
  X(TIER_FIGURES, "tier_figures", "2026,older", 0,                                                                     \
    "whose figures a tier has: the guidelines of 2026, or the older ones of the associations guide")                   \
  X(BURST, "burst", NULL, 0, "requests in ten seconds, in place of the tier's")                                        \
  X(DAILY_LIMIT, "daily", NULL, 0, "requests in a day, in place of the tier's")                                        \
  X(EXEMPTIONS, "exemptions", "on,off", 0, "whether batches, labels, limits and search are free of the window")        \
  X(RETRY_AFTER, "retry_after", "off,on", 0, "whether a 429 says when to come back")                                   \
  X(RATE_LIMIT_BODY, "rate_limit_body", "errorType,category", 0,                                                       \
    "whether a 429 names errorType and policyName, or the category RATE_LIMITS")                                       \
  X(UTC_OFFSET, "utc_offset", "", 0, "minutes of the account's time zone ahead of UTC")

typedef enum portal_switch {
#define PORTAL_SWITCH_NAME(name, text, choices, otherwise, help) PORTAL_##name,
  PORTAL_SWITCH_TABLE(PORTAL_SWITCH_NAME)
#undef PORTAL_SWITCH_NAME
      PORTAL_SWITCH_COUNT
} portal_switch;

typedef struct portal_switch_row {
  const char *name, *choices, *help;
  int64_t otherwise;
} portal_switch_row;

const portal_switch_row *portal_switch_rows(void); /* PORTAL_SWITCH_COUNT of them */

void portal_switches_reset(int64_t values[PORTAL_SWITCH_COUNT]);

/* Sets one by name. False: OPTION_UNKNOWN, BAD_ARGUMENT. */
bool portal_switches_set(int64_t values[PORTAL_SWITCH_COUNT], const char *name, const char *value, tether_error *error);
#endif
