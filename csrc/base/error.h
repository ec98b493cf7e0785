/* Errors: one value that says what went wrong, where, and what to do about it.
 *
 * A function that can fail returns bool (or NULL) and fills the caller's tether_error. The codes, and the remedy
 * that belongs to each, stand in the one table below; Lua, the README and the command line read them from here. */
#ifndef TETHER_ERROR_H
#define TETHER_ERROR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(CODE, remedy). The remedy is shown to people after the message: an imperative sentence, no full stop. */
#define TETHER_ERROR_TABLE(X)                                                                                          \
  X(NO_MEMORY, "free memory or work in smaller sets")                                                                  \
  X(BAD_ARGUMENT, "pass what the message names")                                                                       \
  X(BAD_ID, "pass a record id: a positive integer of at most 64 bits, as an integer or a decimal string")              \
  X(OBJECT_TYPE_UNKNOWN, "use a name such as contacts, a type id such as 0-1 or 2-123, or p_name for a custom object") \
  X(TYPES_EMPTY, "name at least one type id or label, or leave the types out for the default association")             \
  X(TYPE_UNKNOWN, "list the pair's types with hub.labels:list(from, to) or `tether types FROM TO`")                    \
  X(TYPE_WRONG_DIRECTION, "use the type id of the direction from -> to that the message names")                        \
  X(LABEL_UNKNOWN, "list the labels with hub.labels:list(from, to), or create it with hub.labels:ensure")              \
  X(OPTION_UNKNOWN, "remove the option or correct its name")                                                           \
  X(TOKEN_MISSING, "set HUBSPOT_TOKEN, or let tether start store a token for the command; in Lua, pass token = ... "   \
                   "to tether.connect")                                                                                \
  X(TOKEN_MALFORMED, "copy the token again: printable characters without blanks or line breaks")                       \
  X(URL_BAD, "pass url = \"https://api.hubapi.com\" or another http(s) address without a path")                        \
  X(HOST_UNREACHABLE, "check the address in url, the network and the proxy settings")                                  \
  X(TLS_FAILED, "check the server's certificate, the clock, and ca_file for a private authority")                      \
  X(TIMED_OUT, "raise timeout = seconds, or try again when the network answers")                                       \
  X(CONNECTION_LOST, "send again: what was sent may or may not have been applied")                                     \
  X(CANCELLED, "nothing to do: the request was given up by the caller")                                                \
  X(NOT_SHADOWED, "run it on the account itself, or leave it out: a shadow keeps records, links, labels and limits")   \
  X(WOULD_BLOCK, "run it in a task: tether.run(function() ... end)")                                                   \
  X(CLOSED, "open a new one: this object has been closed")                                                             \
  X(LENT, "wait for the requests in flight, or drop what borrows this set, then close it")                             \
  X(TOO_LARGE, "make the input smaller, or raise the ceiling that the message names")                                  \
  X(ANSWER_MALFORMED, "try again; if it stays, show the server's operator the message")                                \
  X(CSV_BROKEN, "mend the line that the message names")                                                                \
  X(JSONL_BROKEN, "mend the line that the message names")                                                              \
  X(CSV_COLUMN_MISSING, "name the columns (--from-column, columns = { from = ... }), or add a header line")            \
  X(FILE_FAILED, "check that the file exists and may be read or written")                                              \
  X(FILE_BROKEN, "save or export the file again, as CSV (UTF-8) or XLSX")                                              \
  X(INVALID, "correct what the message names")                                                                         \
  X(UNAUTHENTICATED, "renew the token; tokens that begin with pat-eu1 may need url = \"https://api-eu1.hubapi.com\"")  \
  X(MISSING_SCOPES, "grant the scopes that the message names to the app or service key")                               \
  X(PERMISSION_MISSING, "give the user who made the app or key, or who authorized it, the right that is missing")      \
  X(NOT_FOUND, "check the id, the object type and that the record is not archived")                                    \
  X(ROUTE_UNKNOWN, "check version = ... and url: the server does not know this path")                                  \
  X(CONFLICT, "look the existing record up, or write again after the other change is done")                            \
  X(LOCKED, "wait some seconds and try again")                                                                         \
  X(RATE_LIMITED, "send fewer requests at once, or wait for the window to pass")                                       \
  X(DAILY_LIMIT, "wait for midnight in the account's time zone, or raise the account's limit")                         \
  X(LIMIT_EXCEEDED, "raise the association limit with hub.limits:set, or remove links first")                          \
  X(LABEL_CAP, "delete a label of this pair that is not needed")                                                       \
  X(LABEL_EXISTS, "use hub.labels:ensure, or choose another name and label text")                                      \
  X(MIGRATING, "wait: the account is being moved between data centres")                                                \
  X(WRONG_REGION, "pass region = the data centre of the account to tether.connect, or url = its address")              \
  X(SERVER_ERROR, "try again later")                                                                                   \
  X(UNEXPECTED_STATUS, "check url: this does not look like HubSpot's answer")                                          \
  X(NOT_CONFIRMED, "read the link back, or send the row again: writing a link twice is harmless")                      \
  X(CALLBACK_FAILED, "mend the function that the message names; what was under way is settled, see outcome or report") \
  X(ROWS_FAILED, "look at outcome:failures(), mend these rows and feed them again")                                    \
  X(SIGNATURE_MISSING, "refuse the request; if it is HubSpot's, let the headers through, or accept its version")       \
  X(SIGNATURE_WRONG, "refuse the request; if it is HubSpot's, check secret and url: the address that HubSpot calls")   \
  X(SIGNATURE_OLD, "refuse the request; if it is HubSpot's, set this machine's clock")                                 \
  X(EVENTS_MALFORMED, "refuse the request; if it is HubSpot's, pass the body's bytes as they came")                    \
  X(JOB_FILE, "name a job file that this version has written (plan:save, tether plan --out)")                          \
  X(JOB_BUSY, "wait until the other process has ended")                                                                \
  X(JOB_ENDED, "make a new plan: what this one could change is changed")                                               \
  X(JOB_ACCOUNT, "use the token of the account that the job was made for")                                             \
  X(PLAN_REFUSED, "correct what the message names, and plan again: nothing was written")                               \
  X(DRIFTED, "somebody has changed this link since the plan: look at it, and plan again")                              \
  X(SQL_FAILED, "check the database file and the disk")                                                                \
  X(REDIS_FAILED, "mend what the message names, at the Redis server or in its address")                                \
  X(REDIS_LOST, "see that the Redis server runs and can be reached at the address that the message names")             \
  X(PORT_FAILED, "choose another port, or 0 for a free one")

typedef enum tether_code {
  TETHER_OK,
#define TETHER_ERROR_CODE(code, remedy) TETHER_##code,
  TETHER_ERROR_TABLE(TETHER_ERROR_CODE)
#undef TETHER_ERROR_CODE
      TETHER_CODE_COUNT
} tether_code;

typedef struct tether_error {
  tether_code code;
  int64_t place;  /* the row, line or byte that the text speaks of, counted from 1; 0: none */
  char text[500]; /* for people, UTF-8, never a token */
} tether_error;

/* Fills `error` (which may be NULL) and returns false, so that a failing function can end in one line. */
__attribute__((format(printf, 3, 4))) bool tether_fail(tether_error *error, tether_code code, const char *format, ...);

/* As tether_fail, with the row, line or byte that it is about. */
__attribute__((format(printf, 4, 5))) bool tether_fail_at(tether_error *error, tether_code code, int64_t place,
                                                          const char *format, ...);

/* "BAD_ID"; "OK" for TETHER_OK. Never NULL. */
const char *tether_code_name(tether_code code);

/* The remedy from the table; "" for TETHER_OK. Never NULL. */
const char *tether_code_hint(tether_code code);

#endif
