/* A request and its answer, without a socket: the server makes them of HTTP, a spec or a fuzzer of anything.
 *
 * Also what handlers say things with: problems (HubSpot's error bodies) and the writer (JSON text of long answers). */
#ifndef TETHER_PORTAL_MESSAGE_H
#define TETHER_PORTAL_MESSAGE_H
#include <jansson.h>

#include "base/buffer.h"
#include "portal/message/form.h"

/* A bit each, so that a route can list several. */
typedef enum portal_version {
  PORTAL_V1 = 1,
  PORTAL_V3 = 2,
  PORTAL_V4 = 4,
  PORTAL_2025_09 = 8,
  PORTAL_2026_03 = 16,
  PORTAL_2026_09 = 32,
  PORTAL_V2 = 64
} portal_version;

enum {
  PORTAL_ANSWER_HEADERS = 16,
  PORTAL_HEADER_VALUE = 300,
  PORTAL_HEADER_NAME = 64,
  PORTAL_HEADERS_MOST = 48,
  PORTAL_UUID = 37
};

struct portal_route;

typedef struct portal_request {
  const char *method, *target; /* target: path and query, as they came; borrowed */
  const char *body;            /* borrowed, not terminated */
  size_t length;
  bool too_large;        /* the body was, and is not here */
  bool too_many_headers; /* of which the first are here */
  bool admin, page;      /* the routes under /portal exist; its page does */
  struct {
    const char *name, *value;
  } headers[PORTAL_HEADERS_MOST]; /* borrowed */
  size_t header_count;
  int64_t started_ms; /* by the portal's clock */
  int64_t began_us;   /* by one that nobody sets */
  bool struck;        /* a fault did something to it */

  /* What the router read; freed by portal_request_free. */
  const struct portal_route *route;
  const char *operation; /* the route's name; "": none */
  bool secret;           /* body and last id of the path are secrets */
  portal_version version;
  bool overview;                  /* came by the second address of the batches */
  bool undocumented;              /* came by a path that no source has */
  char *text;                     /* decoded; the texts below point into it */
  const char *f, *t, *a, *b, *id; /* object types, record ids, the path's last id; NULL: not in this route */
  portal_form query;
} portal_request;

void portal_request_free(portal_request *request);

/* The first value of a query parameter; NULL: none. */
const char *portal_query(const portal_request *request, const char *name);

/* Text that is written once and only grows; a failure sticks. */
typedef struct portal_writer {
  tether_buffer buffer;
  bool failed;
} portal_writer;

static inline void portal_put(portal_writer *writer, const char *text) {
  if (!tether_buffer_text(&writer->buffer, text, NULL)) writer->failed = true;
}
void portal_put_id(portal_writer *writer, int64_t id);           /* digits; any sign */
void portal_put_string(portal_writer *writer, const char *text); /* in quotes, escaped; NULL: null */

/* A header's value; NULL: it was not sent. */
const char *portal_header(const portal_request *request, const char *name);

typedef enum portal_reset {
  PORTAL_NO_RESET,
  PORTAL_RESET_BEFORE,
  PORTAL_RESET_AFTER,
  PORTAL_RESET_MIDDLE
} portal_reset;

/* What the server does to an answer on its way: a fault on demand. */
typedef struct portal_effect {
  int64_t delay_ms, trickle_ms; /* before the first byte, before each chunk */
  size_t chunk;
  portal_reset reset;
} portal_effect;

typedef struct portal_answer {
  int status;
  json_t *body;       /* owned; NULL: what `text` holds */
  portal_writer text; /* a body written by hand; empty: none */
  const char *type;   /* content type; NULL: JSON's */
  struct {
    char name[PORTAL_HEADER_NAME];
    char value[PORTAL_HEADER_VALUE];
  } headers[PORTAL_ANSWER_HEADERS];
  size_t header_count;
  portal_effect effect;
  bool undone;        /* it stands, and what was done for it does not */
  bool live;          /* its body is the request log as it grows: see server/live.h */
  int64_t live_after; /* the number of the last request that is known already */
  char correlation[PORTAL_UUID];
} portal_answer;

void portal_answer_init(portal_answer *answer);
void portal_answer_free(portal_answer *answer); /* of one that was initialised */

/* Empties the body, whichever it is. */
void portal_answer_reset(portal_answer *answer);

/* Adds a header; without room for it, none. */
__attribute__((format(printf, 3, 4))) void portal_answer_header(portal_answer *answer, const char *name,
                                                                const char *format, ...);

/* Turns the JSON body into text; false: no memory. */
bool portal_answer_render(portal_answer *answer);

/* Why a request, or one input of it, is refused. */
typedef struct portal_problem {
  int status;
  const char *category, *sub_category; /* constants; NULL: left out, as some recorded bodies do */
  bool row;                            /* in a batch it may spoil its own input alone */
  bool missing_from, missing_to;       /* which of two records is not there */
  const char *policy;                  /* of a rate limit; NULL: another problem */
  char message[600];
  json_t *context; /* owned; NULL: none */
  json_t *extra;   /* owned: further fields of the body; NULL: none */
} portal_problem;

/* Replaces the problem and returns false, so that a failing function can end in one line. */
__attribute__((format(printf, 4, 5))) bool portal_refuse(portal_problem *problem, int status, const char *category,
                                                         const char *format, ...);

/* The body's JSON has another type than is needed. */
bool portal_wrong_type(portal_problem *problem, const char *wanted, const json_t *value);

/* Adds one text to a list of the problem's context. */
__attribute__((format(printf, 3, 4))) void portal_tell(portal_problem *problem, const char *key, const char *format,
                                                       ...);
void portal_problem_clear(portal_problem *problem); /* frees what it owns; it is none then, and may be filled again */

/* The error body of an answer, and the item of a batch's errors; NULL: no memory. */
json_t *portal_problem_body(const portal_problem *problem, const char *correlation);
json_t *portal_problem_item(const portal_problem *problem);

void portal_uuid(char out[PORTAL_UUID]); /* by chance, as correlation ids are; terminated */
#endif
