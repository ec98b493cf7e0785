#include "core/wire/decode.h"

#include <string.h>

#include "core/wire/answer.h"

static const char *text(const tether_decoding *d, size_t offset) { return tether_report_text(d->report, offset); }

/* Reads the objects of a list; `strange` tells that something else stood in it, or in its place. */
static bool each(tether_decoding *d, bool (*read)(tether_decoding *), bool *strange) {
  bool first = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_ARRAY) {
    *strange |= !tether_json_is_null(&d->json);
    return tether_json_skip(&d->json);
  }
  if (!tether_json_enter_array(&d->json)) return false;
  while (tether_json_element(&d->json, &first)) {
    bool object = tether_json_peek(&d->json) == TETHER_JSON_OBJECT;
    *strange |= !object;
    if (!(object ? read(d) : tether_json_skip(&d->json))) return false;
  }
  return !d->json.failed;
}

/* -- the whole answer ---------------------------------------------------------------------------------------------- */

/* What a body says beside the words of an error. */
typedef struct {
  tether_named_pair own;        /* the pair that the body itself names */
  int64_t record, counted;      /* the id of a record; the errors that are counted */
  size_t context, associations; /* where they stand: they are read when the rest is known. 0: there are none */
  bool strange;                 /* errors stand there that cannot be read */
} extras;

static bool read_count(tether_decoding *d, int64_t *count) {
  tether_json_id(&d->json, count); /* 0 is no id, and is what it was before */
  return !d->json.failed;
}

static bool note_place(tether_decoding *d, size_t *place) {
  tether_json_skip_blanks(&d->json);
  *place = d->json.at;
  return tether_json_skip(&d->json);
}

static bool complain(tether_decoding *d, tether_code code, const char *message) {
  size_t offset;
  if (!tether_report_complain(d->report, d->error) || !tether_report_begin_text(d->report, &offset, d->error) ||
      !tether_buffer_text(&d->report->text, message, d->error) || !tether_report_end_text(d->report, d->error))
    return false;
  tether_complaint *complaint = &d->report->complaints[d->report->complaint_count - 1];
  complaint->code = code;
  complaint->message = offset;
  return true;
}

/* Notes what the body says beyond its lists: that it was canceled or is unfinished, or that more failed than it
 * names. */
static bool check_envelope(tether_decoding *d, const tether_words *w, const extras *x) {
  const char *state = text(d, w->status);
  d->report->answers |= strcmp(state, "COMPLETE") == 0;
  if (strcmp(state, "CANCELED") == 0) /* observed with one error, no results: a failure, and no doubt (wire.md, 2) */
    return d->report->complaint_count > 0 || complain(d, TETHER_INVALID, "the batch was canceled");
  if (*state && strcmp(state, "COMPLETE") != 0 && strcmp(state, "error") != 0 && !w->message) {
    d->report->unfinished = true;
    return complain(d, TETHER_NOT_CONFIRMED, "the batch is accepted but not complete");
  }
  if (x->counted > 0 && (uint64_t)x->counted > d->report->complaint_count)
    return complain(d, TETHER_NOT_CONFIRMED, "the answer counts more errors than it names");
  return !x->strange || complain(d, TETHER_NOT_CONFIRMED, "the answer has errors that cannot be read");
}

/* Reads the associations that a record lists. The id beside them is the record's. */
static bool read_own_associations(tether_decoding *d, const extras *x) {
  if (!x->associations || !x->record) return true;
  tether_decoding again = *d;
  again.json.at = x->associations;
  again.json.depth = 1;
  return tether_confirm_associations(&again, x->record);
}

/* The body's own complaint: an error body has a message, and its context is read last, so that the ids which it names
 * stand together. */
static bool own_complaint(tether_decoding *d, tether_words *w, size_t context) {
  if (!w->message && !w->category) return true;
  size_t index = d->report->complaint_count;
  if (!tether_report_complain(d->report, d->error)) return false;
  if (context) {
    tether_decoding again = *d;
    again.json.at = context;
    if (!tether_complaint_context(&again, w)) return false;
  }
  return tether_complaint_fill(d, w, index);
}

static bool read_list(tether_decoding *d, bool (*read)(tether_decoding *), bool *strange) {
  d->report->answers |= tether_json_peek(&d->json) == TETHER_JSON_ARRAY;
  return each(d, read, strange);
}

/* A member that is neither a word of an error nor one of a pair. */
static bool read_extra(tether_decoding *d, tether_slice key, extras *x) {
  bool unread = false; /* a result that cannot be read confirms nothing */
  if (tether_json_is(key, "results")) return read_list(d, tether_confirm_result, &unread);
  if (tether_json_is(key, "errors")) return read_list(d, tether_complaint_read, &x->strange);
  if (tether_json_is(key, "numErrors")) return read_count(d, &x->counted);
  if (tether_json_is(key, "associations")) return note_place(d, &x->associations);
  if (tether_json_is(key, "id")) return read_count(d, &x->record);
  return tether_json_skip(&d->json);
}

static bool read_body(tether_decoding *d) {
  tether_slice key;
  tether_words w = {0};
  extras x = {0};
  bool first = true, fine = true;
  if (!tether_json_enter_object(&d->json)) return false;
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "context"))
      fine = note_place(d, &x.context);
    else if (!tether_confirm_member(d, key, &x.own, &fine) && !tether_complaint_member(d, key, &w, &fine))
      fine = read_extra(d, key, &x);
  }
  return fine && tether_json_finish(&d->json) && tether_confirm_pair(d, &x.own) && read_own_associations(d, &x) &&
         check_envelope(d, &w, &x) && own_complaint(d, &w, x.context);
}

static bool not_json(tether_decoding *d, bool empty) {
  const char *message = empty ? "the answer has no body" : "the answer is not JSON (an HTML page?)";
  return complain(d, tether_problem_code(d->status, "", "", "", ""), message);
}

bool tether_decode_answer(const char *data, size_t length, long status, tether_asked asked, tether_report *report,
                          tether_error *error) {
  tether_decoding d = {.status = status, .sides = asked.sides, .report = report, .error = error};
  bool success = status >= 200 && status < 300;
  report->answers = length == 0 && success;
  if (length == 0) return success || not_json(&d, true);
  tether_json_init(&d.json, data, length);
  tether_echo_init(&d.echo, success ? asked.body : (tether_slice){NULL, 0});
  if (read_body(&d)) return true;
  if (!d.json.failed) return false; /* no memory: `error` says so */
  tether_report_clear(report);      /* half an answer confirms nothing */
  if (!success) return not_json(&d, false);
  if (error) *error = d.json.error;
  return false;
}
