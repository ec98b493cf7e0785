/* Call: one request on its way through the room, and the helpers that every resource uses.
 *
 * A handler reads the upper half and fills `status` and `result`, or returns false with `problem` filled. The server
 * owns the call and what is in it; the store is inside a transaction, kept when the status is below 400. */
#ifndef TETHER_PORTAL_CALL_H
#define TETHER_PORTAL_CALL_H
#include <jansson.h>

#include "portal/rules.h"
#include "portal/store.h"

typedef enum portal_version { PORTAL_V4, PORTAL_2025_09, PORTAL_2026_03, PORTAL_2026_09 } portal_version;

typedef struct portal_problem {
  int status;
  bool row; /* inside a batch it spoils its own input only (207) */
  const char *category, *sub_category;
  char message[400];
  json_t *context; /* owned; NULL: none */
} portal_problem;

typedef struct portal_call {
  portal_store *store;
  portal_version version;
  const char *path; /* without query */
  portal_object from, to;
  int64_t a, b, type_id;            /* of the path */
  const char *limit, *after, *with; /* of the query; NULL: not given. `with` is ?associations= */
  json_t *body;                     /* NULL: none */
  int64_t now_ms;

  int status;
  json_t *result; /* NULL: no body */
  char location[300];
  portal_problem problem;
} portal_call;

typedef bool portal_handler(portal_call *call);
typedef bool portal_input(portal_call *call, json_t *input, json_t *results);

/* All return false. `category` may be NULL: live bodies sometimes have none. */
__attribute__((format(printf, 4, 5))) bool portal_refuse(portal_call *call, int status, const char *category,
                                                         const char *format, ...);
/* 400 VALIDATION_ERROR */
__attribute__((format(printf, 2, 3))) bool portal_invalid(portal_call *call, const char *format, ...);
/* Adds one text to the problem's context. */
__attribute__((format(printf, 3, 4))) bool portal_context(portal_call *call, const char *key, const char *format, ...);

json_t *portal_problem_json(const portal_problem *problem);
void portal_problem_clear(portal_problem *problem);

/* Takes the result (which it then owns) and the status; returns true. */
bool portal_done(portal_call *call, int status, json_t *result);

/* Runs `each` on every input, each in a savepoint, and answers the envelope: `good`, or `mixed` when rows failed.
 * good = 204 answers no body. */
bool portal_batch(portal_call *call, size_t ceiling, portal_input *each, int good, int mixed);

/* The id in {"id": "101"} or {"id": 101}. */
bool portal_read_id(portal_call *call, const json_t *holder, int64_t *id);
void portal_set_id(json_t *object, const char *key, int64_t id); /* as a string */
void portal_set_time(json_t *object, const char *key, int64_t ms);

extern portal_handler portal_object_create, portal_object_get, portal_object_batch_create;
extern portal_handler portal_associate_default, portal_associate_types, portal_associate_type, portal_remove_type;
extern portal_handler portal_list, portal_remove_pair;
extern portal_handler portal_batch_create, portal_batch_read, portal_batch_archive, portal_batch_labels_archive,
    portal_batch_default;
extern portal_handler portal_labels_list, portal_labels_create, portal_labels_update, portal_labels_delete;
extern portal_handler portal_limits_all, portal_limits_pair, portal_limits_create, portal_limits_update,
    portal_limits_purge;
#endif
