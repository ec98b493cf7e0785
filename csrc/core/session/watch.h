/* Watch: what the session does, for people and programs: counters, a log line for each attempt, events to be taken.
 *
 * The only place that writes a log, and that masks what goes into it (mask.h). Nothing is called back: events queue, up
 * to a ceiling, until they are taken. */
#ifndef TETHER_WATCH_H
#define TETHER_WATCH_H
#include "base/buffer.h"

typedef struct tether_watch tether_watch;

typedef enum tether_log_level { TETHER_LOG_OFF, TETHER_LOG_INFO, TETHER_LOG_DEBUG } tether_log_level;

typedef enum tether_moment {
  TETHER_ON_REQUEST,  /* an attempt is sent */
  TETHER_ON_RESPONSE, /* an attempt has ended */
  TETHER_ON_RETRY,    /* another attempt will follow, in `wait_ms` */
  TETHER_ON_WAIT,     /* the quota holds requests back, for `wait_ms` as far as is known */
  TETHER_ON_SHARE,    /* the quota is not shared any more (`problem` says why), or is again */
  TETHER_MOMENTS
} tether_moment;

/* What is known at that moment; texts are borrowed. */
typedef struct tether_seen {
  tether_moment moment;
  int64_t ticket;
  const char *operation, *method, *path, *correlation_id;
  const char *problem; /* NULL: an answer came */
  long status;
  int attempt; /* from 1 */
  int64_t elapsed_ms, wait_ms;
  int64_t window_left, daily_left; /* -1: unknown */
  const tether_buffer *sent, *received;
  size_t read_bytes; /* of what was received, and is no longer there */
} tether_seen;

/* The same, kept: masked, in memory of its own. */
typedef struct tether_event {
  tether_moment moment;
  int64_t ticket, elapsed_ms, wait_ms, window_left, daily_left, at_ms; /* at_ms: since 1970 */
  long status;
  int attempt;
  char operation[32], method[8], correlation_id[64], path[256], problem[200]; /* "" when there is none */
} tether_event;

typedef struct tether_counters {
  int64_t requests;         /* attempts sent */
  int64_t answers;          /* attempts that were answered, whatever the status */
  int64_t retries;          /* attempts that were followed by another one */
  int64_t lost;             /* attempts without an answer */
  int64_t refused;          /* answers of 400 and more */
  int64_t rate_limited;     /* of them 429 */
  int64_t waits, waited_ms; /* for the quota */
  int64_t sent_bytes, received_bytes;
  int64_t dropped_events; /* nobody took them in time */
} tether_counters;

/* Lines go to the descriptor `fd`, which stays the caller's. NULL: no memory. */
tether_watch *tether_watch_new(tether_log_level level, int fd);
void tether_watch_free(tether_watch *watch); /* NULL is fine */

/* From now on `hide` overwrites what must not be shown, in lines and events, before they are cut to their length. */
typedef void tether_hide(const void *user, char *text, size_t length);
void tether_watch_hide(tether_watch *watch, tether_hide *hide, const void *user);

/* Whether events of this moment are kept. */
void tether_watch_listen(tether_watch *watch, tether_moment moment, bool on);

void tether_watch_tell(tether_watch *watch, const tether_seen *seen); /* counts it, logs it, keeps it as an event */

/* A line of the log for people, of no request: two texts, one behind the other. */
void tether_watch_say(tether_watch *watch, const char *text, const char *more);

/* A wait for the quota is over; it took so long. */
void tether_watch_waited(tether_watch *watch, int64_t waited_ms);

const tether_counters *tether_watch_counters(const tether_watch *watch);

bool tether_watch_has_events(const tether_watch *watch); /* whether some wait to be taken */

/* The oldest event that was not taken; false: none. */
bool tether_watch_take(tether_watch *watch, tether_event *event);

/* "request", "response", "retry", "wait", "share". */
const char *tether_moment_name(tether_moment moment);

#endif
