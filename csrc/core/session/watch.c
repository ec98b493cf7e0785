#include "core/session/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/session/mask.h"

enum {
  EVENTS_MOST = 4096,   /* that wait to be taken; later ones are counted as dropped */
  LINE_MOST = 64 << 10, /* bytes of a line of the log */
  BODY_SHOWN = 4000,    /* bytes of a body in it */
  SHORT_WAIT_MS = 1000  /* shorter waits for the quota are not logged */
};

struct tether_watch {
  tether_log_level level;
  int fd;
  bool listens[TETHER_MOMENTS];
  tether_counters counters;
  tether_event *events; /* a ring; NULL until somebody listens */
  size_t first, count;
  tether_buffer line, path; /* the path as it may be shown, terminated */
  tether_hide *hide;        /* NULL: nothing to hide */
  const void *hide_user;
};

tether_watch *tether_watch_new(tether_log_level level, int fd) {
  tether_watch *watch = calloc(1, sizeof *watch);
  if (!watch) return NULL;
  watch->level = level;
  watch->fd = fd;
  tether_buffer_init(&watch->line, LINE_MOST);
  tether_buffer_init(&watch->path, LINE_MOST);
  return watch;
}

void tether_watch_free(tether_watch *watch) {
  if (!watch) return;
  tether_buffer_free(&watch->line);
  tether_buffer_free(&watch->path);
  free(watch->events);
  free(watch);
}

void tether_watch_hide(tether_watch *watch, tether_hide *hide, const void *user) {
  watch->hide = hide;
  watch->hide_user = user;
}

static void hide(const tether_watch *watch, tether_buffer *text, size_t from) {
  if (watch->hide && text->length > from) watch->hide(watch->hide_user, text->data + from, text->length - from);
}

void tether_watch_listen(tether_watch *watch, tether_moment moment, bool on) { watch->listens[moment] = on; }

const tether_counters *tether_watch_counters(const tether_watch *watch) { return &watch->counters; }

const char *tether_moment_name(tether_moment moment) {
  static const char *const names[TETHER_MOMENTS] = {"request", "response", "retry", "wait", "share"};
  return names[moment];
}

/* -- counters ------------------------------------------------------------------------------------------------------ */

static void count(tether_counters *counters, const tether_seen *seen) {
  switch (seen->moment) {
  case TETHER_ON_REQUEST:
    counters->requests++;
    counters->sent_bytes += seen->sent ? (int64_t)seen->sent->length : 0;
    break;
  case TETHER_ON_RESPONSE:
    counters->answers += seen->problem == NULL;
    counters->lost += seen->problem != NULL;
    counters->refused += seen->status >= 400;
    counters->rate_limited += seen->status == 429;
    counters->received_bytes += seen->received ? (int64_t)(seen->received->length + seen->read_bytes) : 0;
    break;
  case TETHER_ON_RETRY:
    counters->retries++;
    break;
  case TETHER_ON_WAIT:
    counters->waits++;
    break;
  default: /* counted where it happens */
    break;
  }
}

/* -- the log ------------------------------------------------------------------------------------------------------- */

static bool add_body(tether_watch *watch, const char *name, const tether_buffer *body) {
  if (!body || body->length == 0) return true;
  tether_buffer *line = &watch->line;
  size_t before = line->length;
  if (!tether_buffer_format(line, NULL, " %s=", name) || !tether_mask_body(body->data, body->length, line)) {
    line->length = before; /* longer than a line may be: its size says enough */
    return tether_buffer_format(line, NULL, " %s=(%zu bytes)", name, body->length);
  }
  hide(watch, line, before);
  if (line->length - before <= BODY_SHOWN) return true;
  line->length = before + BODY_SHOWN;
  while (((unsigned char)line->data[line->length] & 0xC0) == 0x80) line->length--; /* no half of a character */
  return tether_buffer_text(line, "…", NULL);
}

/* Adds what was received. An answer that was read while it came is no longer there: only its size is told. */
static bool add_received(tether_watch *watch, const tether_seen *seen) {
  if (!seen->read_bytes) return add_body(watch, "received", seen->received);
  return tether_buffer_format(&watch->line, NULL, " received=(%zu bytes)", seen->received->length + seen->read_bytes);
}

static bool add_quota(tether_buffer *line, const tether_seen *seen) {
  if (seen->window_left >= 0 && !tether_buffer_format(line, NULL, " window=%lld", (long long)seen->window_left))
    return false;
  return seen->daily_left < 0 || tether_buffer_format(line, NULL, " day=%lld", (long long)seen->daily_left);
}

static bool add_end(tether_buffer *line, const tether_seen *seen) {
  if (seen->problem) return tether_buffer_format(line, NULL, " - %lldms", (long long)seen->elapsed_ms);
  return tether_buffer_format(line, NULL, " %ld %lldms", seen->status, (long long)seen->elapsed_ms);
}

static bool begin_line(tether_buffer *line) {
  char now[TETHER_CLOCK_ISO];
  tether_buffer_clear(line);
  tether_clock_iso(tether_clock_wall_ms(), now);
  return tether_buffer_format(line, NULL, "tether %s ", now);
}

static bool write_line(tether_watch *watch, const tether_seen *seen) {
  tether_buffer *line = &watch->line;
  bool fine = begin_line(line);
  if (seen->moment == TETHER_ON_WAIT)
    return fine && tether_buffer_format(line, NULL, "wait %lldms for the quota", (long long)seen->wait_ms) &&
           add_quota(line, seen);
  fine = fine && tether_buffer_format(line, NULL, "%s %s ", seen->operation, seen->method) &&
         tether_buffer_text(line, watch->path.data, NULL);
  if (seen->moment == TETHER_ON_RETRY)
    return fine &&
           tether_buffer_format(line, NULL, " again in %lldms try=%d", (long long)seen->wait_ms, seen->attempt + 1);
  fine = fine && add_end(line, seen) && tether_buffer_format(line, NULL, " try=%d", seen->attempt) &&
         add_quota(line, seen);
  if (fine && *seen->correlation_id) fine = tether_buffer_format(line, NULL, " id=%s", seen->correlation_id);
  if (fine && seen->problem) fine = tether_buffer_format(line, NULL, " %s", seen->problem);
  if (fine && watch->level == TETHER_LOG_DEBUG) fine = add_body(watch, "sent", seen->sent) && add_received(watch, seen);
  return fine;
}

/* Control characters from outside must not forge a line, nor command a terminal: ASCII's and, in UTF-8, C1. */
static void tame(char *text, size_t length) {
  unsigned char *byte = (unsigned char *)text;
  for (size_t i = 0; i < length; i++) {
    if (byte[i] < ' ' || byte[i] == 0x7F) byte[i] = ' ';
    if (byte[i] == 0xC2 && i + 1 < length && byte[i + 1] < 0xA0) byte[i] = byte[i + 1] = ' ';
  }
}

static void send_line(tether_watch *watch) {
  hide(watch, &watch->line, 0);
  tame(watch->line.data, watch->line.length);
  if (!tether_buffer_text(&watch->line, "\n", NULL)) return;
  ssize_t written =
      write(watch->fd, watch->line.data,
            watch->line.length); /* a line that cannot be written is lost: the log must not stop the session */
  (void)written;
}

static void log_line(tether_watch *watch, const tether_seen *seen) {
  if (write_line(watch, seen)) send_line(watch);
}

void tether_watch_say(tether_watch *watch, const char *text, const char *more) {
  if (watch->level == TETHER_LOG_OFF) return;
  if (begin_line(&watch->line) && tether_buffer_format(&watch->line, NULL, "%s%s", text, more)) send_line(watch);
}

/* -- events -------------------------------------------------------------------------------------------------------- */

static void copy(char *out, size_t capacity, const char *text) { snprintf(out, capacity, "%s", text ? text : ""); }

static void keep_event(tether_watch *watch, const tether_seen *seen) {
  if (!watch->events) watch->events = calloc(EVENTS_MOST, sizeof *watch->events);
  if (!watch->events || watch->count == EVENTS_MOST) {
    watch->counters.dropped_events++;
    return;
  }
  tether_event *event = &watch->events[(watch->first + watch->count++) % EVENTS_MOST];
  *event = (tether_event){.moment = seen->moment,
                          .ticket = seen->ticket,
                          .elapsed_ms = seen->elapsed_ms,
                          .wait_ms = seen->wait_ms,
                          .window_left = seen->window_left,
                          .daily_left = seen->daily_left,
                          .at_ms = tether_clock_wall_ms(),
                          .status = seen->status,
                          .attempt = seen->attempt};
  copy(event->operation, sizeof event->operation, seen->operation);
  copy(event->method, sizeof event->method, seen->method);
  copy(event->correlation_id, sizeof event->correlation_id, seen->correlation_id);
  copy(event->problem, sizeof event->problem, seen->problem);
  copy(event->path, sizeof event->path, watch->path.data);
}

bool tether_watch_has_events(const tether_watch *watch) { return watch->count > 0; }

bool tether_watch_take(tether_watch *watch, tether_event *event) {
  if (watch->count == 0) return false;
  *event = watch->events[watch->first];
  watch->first = --watch->count ? (watch->first + 1) % EVENTS_MOST
                                : 0; /* an empty ring begins anew, so that the same few entries are used again */
  return true;
}

void tether_watch_waited(tether_watch *watch, int64_t waited_ms) { watch->counters.waited_ms += waited_ms; }

static bool is_worth_a_line(const tether_seen *seen) {
  if (seen->moment == TETHER_ON_SHARE) return false; /* the log has a line of words for it */
  if (seen->moment == TETHER_ON_WAIT)
    return seen->wait_ms >= SHORT_WAIT_MS; /* in a steady run, short waits are normal */
  return seen->moment != TETHER_ON_REQUEST;
}

/* False: no memory, there is no path to show. */
static bool mask_path(tether_watch *watch, const char *path) {
  tether_buffer_clear(&watch->path);
  if (!tether_mask_path(path ? path : "", &watch->path)) return false;
  hide(watch, &watch->path, 0);
  return tether_buffer_add(&watch->path, "", 1, NULL);
}

void tether_watch_tell(tether_watch *watch, const tether_seen *seen) {
  count(&watch->counters, seen);
  bool logs = watch->level != TETHER_LOG_OFF && is_worth_a_line(seen), keeps = watch->listens[seen->moment];
  if (!logs && !keeps) return;
  if (!mask_path(watch, seen->path)) {
    watch->counters.dropped_events += keeps;
    return;
  }
  if (logs) log_line(watch, seen);
  if (keeps) keep_event(watch, seen);
}
