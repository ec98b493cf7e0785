#include "core/links/outcome.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  uint32_t row, reason;
  size_t order; /* when it was settled: the last of several failures counts */
} failure;

typedef struct {
  tether_code code;
  char *category, *sub_category, *message, *correlation_id, *operation; /* one allocation, which begins at category */
  int status, attempts;
} stored_reason;

struct tether_outcome {
  uint8_t *states;
  size_t rows, counts[TETHER_STATES];
  failure *failures; /* by row and order while `sorted`, else as they came */
  size_t failure_count, failure_capacity, turns;
  bool sorted;
  stored_reason *reasons;
  size_t reason_count, reason_capacity;
};

tether_outcome *tether_outcome_new(size_t rows) {
  tether_outcome *outcome = calloc(1, sizeof *outcome);
  if (!outcome) return NULL;
  outcome->states = calloc(rows ? rows : 1, 1);
  if (!outcome->states) {
    free(outcome);
    return NULL;
  }
  outcome->rows = outcome->counts[TETHER_PENDING] = rows;
  return outcome;
}

void tether_outcome_free(tether_outcome *outcome) {
  if (!outcome) return;
  for (size_t i = 0; i < outcome->reason_count; i++) free(outcome->reasons[i].category);
  free(outcome->reasons);
  free(outcome->failures);
  free(outcome->states);
  free(outcome);
}

size_t tether_outcome_rows(const tether_outcome *outcome) { return outcome->rows; }

size_t tether_outcome_count(const tether_outcome *outcome, tether_state state) { return outcome->counts[state]; }

tether_state tether_outcome_state(const tether_outcome *outcome, size_t row) {
  return (tether_state)outcome->states[row];
}

static int compare_failures(const void *left, const void *right) {
  const failure *a = left, *b = right;
  if (a->row != b->row) return a->row < b->row ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

/* Sorts the failures and keeps the last of each row. */
static void sort_failures(tether_outcome *outcome) {
  size_t kept = 0;
  if (outcome->failure_count)
    qsort(outcome->failures, outcome->failure_count, sizeof *outcome->failures, compare_failures);
  for (size_t i = 0; i < outcome->failure_count; i++) {
    if (kept && outcome->failures[kept - 1].row == outcome->failures[i].row) kept--;
    outcome->failures[kept++] = outcome->failures[i];
  }
  outcome->failure_count = kept;
  outcome->sorted = true;
}

static int compare_row(const void *left, const void *right) {
  const failure *a = left, *b = right;
  return (a->row > b->row) - (a->row < b->row);
}

bool tether_outcome_reason(tether_outcome *outcome, size_t row, tether_reason *reason) {
  tether_state state = tether_outcome_state(outcome, row);
  if (state != TETHER_REJECTED && state != TETHER_UNKNOWN) return false;
  if (!outcome->sorted) sort_failures(outcome);
  if (outcome->failure_count == 0) return false;
  const failure *found = bsearch(&(failure){.row = (uint32_t)row}, outcome->failures, outcome->failure_count,
                                 sizeof *outcome->failures, compare_row);
  if (!found) return false;
  const stored_reason *stored = &outcome->reasons[found->reason];
  *reason = (tether_reason){.code = stored->code,
                            .category = stored->category,
                            .sub_category = stored->sub_category,
                            .message = stored->message,
                            .correlation_id = stored->correlation_id,
                            .operation = stored->operation,
                            .status = stored->status,
                            .attempts = stored->attempts};
  return true;
}

/* -- reasons and states -------------------------------------------------------------------------------------------- */

static const char *or_empty(const char *text) { return text ? text : ""; }

static char *append(char **at, const char *text) {
  size_t length = strlen(text) + 1;
  char *start = memcpy(*at, text, length);
  *at += length;
  return start;
}

static bool same(const stored_reason *stored, const tether_reason *reason) {
  return stored->code == reason->code && strcmp(stored->message, reason->message) == 0 &&
         strcmp(stored->category, reason->category) == 0 && strcmp(stored->sub_category, reason->sub_category) == 0 &&
         strcmp(stored->correlation_id, reason->correlation_id) == 0 &&
         strcmp(stored->operation, or_empty(reason->operation)) == 0 && stored->status == reason->status &&
         stored->attempts == reason->attempts;
}

/* Stores a reason once; neighbours often share it. */
static bool keep_reason(tether_outcome *outcome, const tether_reason *reason, uint32_t *index, tether_error *error) {
  size_t last = outcome->reason_count;
  if (last && same(&outcome->reasons[last - 1], reason)) {
    *index = (uint32_t)last - 1;
    return true;
  }
  if (!tether_grow(&outcome->reasons, &outcome->reason_capacity, last + 1, sizeof *outcome->reasons))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a reason");
  char *text = malloc(strlen(reason->category) + strlen(reason->sub_category) + strlen(reason->message) +
                      strlen(reason->correlation_id) + strlen(or_empty(reason->operation)) + 5);
  if (!text) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a reason");
  stored_reason *stored = &outcome->reasons[last];
  stored->code = reason->code;
  stored->category = append(&text, reason->category);
  stored->sub_category = append(&text, reason->sub_category);
  stored->message = append(&text, reason->message);
  stored->correlation_id = append(&text, reason->correlation_id);
  stored->operation = append(&text, or_empty(reason->operation));
  stored->status = reason->status;
  stored->attempts = reason->attempts;
  outcome->reason_count++;
  *index = (uint32_t)last;
  return true;
}

static void set_state(tether_outcome *outcome, size_t row, tether_state state) {
  outcome->counts[outcome->states[row]]--;
  outcome->states[row] = (uint8_t)state;
  outcome->counts[state]++;
}

bool tether_outcome_settle(tether_outcome *outcome, tether_rows rows, tether_state state, const tether_reason *reason,
                           tether_error *error) {
  uint32_t index = 0;
  size_t failures = outcome->failure_count + (reason ? rows.count : 0);
  if (reason && !keep_reason(outcome, reason, &index, error)) return false;
  if (!tether_grow(&outcome->failures, &outcome->failure_capacity, failures, sizeof *outcome->failures))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for an outcome of %zu failures", failures);
  if (reason) outcome->sorted = false;
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    set_state(outcome, row, state);
    if (reason) outcome->failures[outcome->failure_count++] = (failure){(uint32_t)row, index, outcome->turns++};
  }
  return true;
}

/* -- reconciling --------------------------------------------------------------------------------------------------- */

typedef struct {
  tether_outcome *outcome;
  const tether_links *links;
  tether_rows sent;
  const tether_report *report;
} meeting;

static bool settle_one(const meeting *m, size_t row, tether_state state, const tether_complaint *complaint,
                       tether_error *error) {
  tether_rows single_row = {NULL, row, 1};
  if (!complaint) return tether_outcome_settle(m->outcome, single_row, state, NULL, error);
  tether_reason reason = {.code = complaint->code,
                          .category = tether_report_text(m->report, complaint->category),
                          .sub_category = tether_report_text(m->report, complaint->sub_category),
                          .message = tether_report_text(m->report, complaint->message),
                          .correlation_id = tether_report_text(m->report, complaint->correlation_id),
                          .operation = m->report->operation,
                          .status = m->report->status,
                          .attempts = m->report->attempts};
  return tether_outcome_settle(m->outcome, single_row, state, &reason, error);
}

static bool names(const meeting *m, const tether_complaint *complaint, int64_t id, tether_side side) {
  const tether_named *named = m->report->named + complaint->first_named;
  for (size_t i = 0; i < complaint->named_count; i++)
    if (named[i].id == id && named[i].side == side) return true;
  return false;
}

static bool has_side(const meeting *m, const tether_complaint *complaint, tether_side side) {
  const tether_named *named = m->report->named + complaint->first_named;
  for (size_t i = 0; i < complaint->named_count; i++)
    if (named[i].side == side) return true;
  return false;
}

/* Whether the complaint names both ends. With two ids it is about this pair and no other. */
static bool is_about_pair(const meeting *m, const tether_complaint *complaint, tether_link link) {
  bool from = names(m, complaint, link.from, TETHER_FROM_SIDE), to = names(m, complaint, link.to, TETHER_TO_SIDE);
  bool from_either = names(m, complaint, link.from, TETHER_EITHER_SIDE);
  bool to_either = names(m, complaint, link.to, TETHER_EITHER_SIDE);
  return (from || from_either) && (to || to_either);
}

/* Whether the complaint names one end of the pair, and nothing that contradicts the other end. */
static bool touches(const meeting *m, const tether_complaint *complaint, tether_link link) {
  bool from = names(m, complaint, link.from, TETHER_FROM_SIDE), to = names(m, complaint, link.to, TETHER_TO_SIDE);
  if (has_side(m, complaint, TETHER_FROM_SIDE) && has_side(m, complaint, TETHER_TO_SIDE)) return from && to;
  return from || to || names(m, complaint, link.from, TETHER_EITHER_SIDE) ||
         names(m, complaint, link.to, TETHER_EITHER_SIDE);
}

typedef bool fits(const meeting *m, const tether_complaint *complaint, tether_link link);

/* Rejects the pending rows that fit; `found` tells whether there was one. */
static bool reject(const meeting *m, const tether_complaint *complaint, fits *fit, bool *found, tether_error *error) {
  for (size_t i = 0; i < m->sent.count; i++) {
    size_t row = tether_rows_at(m->sent, i);
    if (!fit(m, complaint, tether_links_at(m->links, row))) continue;
    *found = true;
    if (tether_outcome_state(m->outcome, row) == TETHER_PENDING &&
        !settle_one(m, row, TETHER_REJECTED, complaint, error))
      return false;
  }
  return true;
}

static int compare_pairs(const void *left, const void *right) {
  const tether_pair *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

static bool confirms(tether_pair pair, tether_link link) { return pair.from == link.from && pair.to == link.to; }

static const tether_reason contradicted = {
    TETHER_NOT_CONFIRMED, "", "", "the answer lists this row as done and as failed", "", "", 0, 0};

/* Settles a row that the answer confirms as linked. If the answer also complains of the row, it becomes unknown. */
static bool confirm_row(const meeting *m, size_t row, tether_error *error) {
  if (tether_outcome_state(m->outcome, row) == TETHER_PENDING)
    set_state(m->outcome, row, TETHER_LINKED);
  else if (tether_outcome_state(m->outcome, row) == TETHER_REJECTED)
    return tether_outcome_settle(m->outcome, (tether_rows){NULL, row, 1}, TETHER_UNKNOWN, &contradicted, error);
  return true;
}

/* Settles at once rows that the answer names by their place, that stand side by side, and of which nothing was said
 * before. Returns how many. */
static size_t link_side_by_side(const meeting *m) {
  size_t count = m->report->echoed, pending = 0;
  if (m->sent.list || count > m->sent.count) return 0;
  uint8_t *states = m->outcome->states + m->sent.first;
  for (size_t i = 0; i < count; i++) pending += states[i] == TETHER_PENDING;
  if (pending < count) return 0;
  memset(states, TETHER_LINKED, count);
  m->outcome->counts[TETHER_PENDING] -= count;
  m->outcome->counts[TETHER_LINKED] += count;
  return count;
}

/* Settles, in one pass, rows that the answer names in the order in which they were sent, first by place, then by
 * their ids. `left`: how many rows remain. */
static bool link_in_order(const meeting *m, size_t *left, tether_error *error) {
  size_t next = 0;
  *left = 0;
  for (size_t i = link_side_by_side(m); i < m->sent.count; i++) {
    size_t row = tether_rows_at(m->sent, i);
    bool echoed = i < m->report->echoed;
    bool here = echoed || (next < m->report->confirmed_count &&
                           confirms(m->report->confirmed[next], tether_links_at(m->links, row)));
    next += here && !echoed;
    if (here && !confirm_row(m, row, error)) return false;
    *left += !here;
  }
  return true;
}

/* All pairs that are confirmed, sorted; owned by the caller. NULL: no memory. */
static tether_pair *sorted_pairs(const meeting *m, size_t *count, tether_error *error) {
  size_t echoed = m->report->echoed;
  *count = echoed + m->report->confirmed_count;
  tether_pair *sorted = malloc(*count * sizeof *sorted);
  if (!sorted) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to compare %zu answers", *count);
    return NULL;
  }
  for (size_t i = 0; i < echoed; i++) {
    tether_link link = tether_links_at(m->links, tether_rows_at(m->sent, i));
    sorted[i] = (tether_pair){link.from, link.to};
  }
  if (*count > echoed) memcpy(sorted + echoed, m->report->confirmed, (*count - echoed) * sizeof *sorted);
  qsort(sorted, *count, sizeof *sorted, compare_pairs);
  return sorted;
}

/* Settles the other rows: the confirmed pairs are sorted once, and each row is looked for among them. */
static bool link_confirmed(const meeting *m, tether_error *error) {
  size_t count, left;
  if (m->report->unfinished || m->report->echoed + m->report->confirmed_count == 0) return true;
  if (!link_in_order(m, &left, error)) return false;
  if (left == 0) return true;
  tether_pair *sorted = sorted_pairs(m, &count, error);
  bool fine = sorted != NULL;
  for (size_t i = 0; i < m->sent.count && fine; i++) {
    size_t row = tether_rows_at(m->sent, i);
    tether_state state = tether_outcome_state(m->outcome, row);
    if (state != TETHER_PENDING && state != TETHER_REJECTED) continue;
    tether_link link = tether_links_at(m->links, row);
    if (bsearch(&(tether_pair){link.from, link.to}, sorted, count, sizeof *sorted, compare_pairs))
      fine = confirm_row(m, row, error);
  }
  free(sorted);
  return fine;
}

static const tether_reason not_confirmed = {
    TETHER_NOT_CONFIRMED, "", "", "the answer was a success, but does not mention this row", "", "", 0, 0};

/* Settles rows of which nothing was said. They are done where success alone confirms and every complaint names a
 * row. A complaint that names no row is about the request's row, if it has only one. Else it leaves the rows open,
 * unless it is our own doubt. */
static bool settle_rest(const meeting *m, tether_confirming confirming, const tether_complaint *unplaced,
                        tether_error *error) {
  bool doubt = unplaced && unplaced->code == TETHER_NOT_CONFIRMED;
  if (unplaced && !doubt && m->sent.count > 1) return true;
  for (size_t i = 0; i < m->sent.count; i++) {
    size_t row = tether_rows_at(m->sent, i);
    if (tether_outcome_state(m->outcome, row) != TETHER_PENDING) continue;
    bool fine = true;
    if (unplaced)
      fine = settle_one(m, row, doubt ? TETHER_UNKNOWN : TETHER_REJECTED, unplaced, error);
    else if (confirming == TETHER_NAMES_NONE && m->report->answers)
      set_state(m->outcome, row, TETHER_LINKED);
    else
      fine = tether_outcome_settle(m->outcome, (tether_rows){NULL, row, 1}, TETHER_UNKNOWN, &not_confirmed, error);
    if (!fine) return false;
  }
  return true;
}

bool tether_outcome_reconcile(tether_outcome *outcome, const tether_links *links, tether_rows sent,
                              const tether_report *report, tether_confirming confirming, bool whole,
                              tether_error *error) {
  const meeting m = {outcome, links, sent, report};
  const tether_complaint *complaints = report->complaints, *unplaced = NULL;
  size_t count = report->complaint_count;
  bool ignored = false;
  for (size_t i = 0; i < count; i++)
    if (complaints[i].named_count == 2 && !reject(&m, &complaints[i], is_about_pair, &ignored, error)) return false;
  if (whole && !link_confirmed(&m, error)) return false; /* what was refused as a whole was not applied */
  for (size_t i = 0; i < count; i++) {
    bool found = false;
    if (!reject(&m, &complaints[i], is_about_pair, &found, error)) return false;
    if (!found && !reject(&m, &complaints[i], touches, &found, error)) return false;
    if (!found && !unplaced) unplaced = &complaints[i];
  }
  return !whole || settle_rest(&m, confirming, unplaced, error);
}
