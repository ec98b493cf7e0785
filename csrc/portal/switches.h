/* Switches: behaviour that no source settles, and sizes. One table: what a client must be tested under both ways. */
#ifndef TETHER_PORTAL_SWITCHES_H
#define TETHER_PORTAL_SWITCHES_H
#include "base/error.h"

/* X(NAME, "name", "choice,choice", default, "help"). A choice is stored as its position. In place of choices: NULL for
 * a number of at least 0, "" for any whole number. */
#define PORTAL_SWITCH_TABLE(X)                                                                                         \
  X(LABELS, "labels", "replace,append", 0, "what array PUT and batch create do to the labels that are there")          \
  X(SECOND_PRIMARY, "second_primary", "move,keep", 0, "setting a second primary: the first loses it, or both keep it") \
  X(ALL_FAILED, "all_failed", "207,400", 0, "status of a batch in which every input fails")                            \
  X(LIMIT_ERROR, "limit_error", "VALIDATION_ERROR,ASSOCIATIONS_LIMIT_EXCEEDED", 0,                                     \
    "category of the 400 for a link beyond a limit")                                                                   \
  X(NO_LINKS, "no_links", "207,empty", 0, "batch read of a record without associations: an error, or an empty list")   \
  X(TO_IDS, "to_ids", "number,string", 0, "how answers write toObjectId and fromObjectId")                             \
  X(OVER_PAGE, "over_page", "400,clamp", 0, "a list's limit out of range: refused, or brought into it")                \
  X(UNKNOWN_ROUTE, "unknown_route", "html,json", 0, "the body of 404 for a path that no route has")                    \
  X(PAGE, "page", NULL, 500, "most targets that a list or one result of batch read shows")                             \
  X(BATCH_CREATE_MOST, "batch_create_most", NULL, 2000, "most inputs of association batch create")                     \
  X(BATCH_READ_MOST, "batch_read_most", NULL, 1000, "most inputs of association batch read")                           \
  X(BATCH_MOST, "batch_most", NULL, 100, "most inputs of every other batch")                                           \
  X(LABEL_CAP, "label_cap", NULL, 50, "most labels between two object types; a paired one counts once")                \
  X(NAME_DELAY, "name_delay", NULL, 0, "seconds until schemas show the name of a new label")                           \
  X(UTC_OFFSET, "utc_offset", "", 0, "minutes of the account's time zone ahead of UTC")                                \
  X(TIER, "tier", "none,free,free_pack,professional,professional_pack,enterprise,enterprise_pack,oauth", 0,            \
    "rate limits of the account's subscription, with or without an API limit increase")                                \
  X(BURST, "burst", NULL, 0, "requests in ten seconds, in place of the tier's")                                        \
  X(DAILY_LIMIT, "daily", NULL, 0, "requests in a day, in place of the tier's")                                        \
  X(EXEMPTIONS, "exemptions", "on,off", 0, "whether batches, labels, limits and search are free of the window")        \
  X(RETRY_AFTER, "retry_after", "off,on", 0, "whether a 429 says when to come back")                                   \
  X(SEARCH_DELAY, "search_delay", NULL, 0, "seconds until search finds what was written")                              \
  X(TECHNICAL_LIMIT, "technical_limit", NULL, 50000, "most records of a type that one record can be linked to")

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
