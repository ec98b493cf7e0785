#include "core/links/report.h"

#include <stdlib.h>

void tether_report_init(tether_report *report) {
  *report = (tether_report){0};
  tether_buffer_init(&report->text, TETHER_CEILING_ANSWER);
}

void tether_report_free(tether_report *report) {
  free(report->confirmed);
  free(report->complaints);
  free(report->named);
  tether_buffer_free(&report->text);
  tether_report_init(report);
}

void tether_report_clear(tether_report *report) {
  report->echoed = report->confirmed_count = report->complaint_count = report->named_count = 0;
  report->answers = report->unfinished = false;
  report->operation = NULL;
  report->status = report->attempts = 0;
  tether_buffer_clear(&report->text);
}

static bool no_memory(const tether_report *report, tether_error *error) {
  return tether_fail(error, TETHER_NO_MEMORY, "no memory for a report of %zu rows",
                     report->confirmed_count + report->named_count);
}

bool tether_report_confirm(tether_report *report, int64_t from, int64_t to, tether_error *error) {
  if (!tether_grow(&report->confirmed, &report->confirmed_capacity, report->confirmed_count + 1,
                   sizeof *report->confirmed))
    return no_memory(report, error);
  report->confirmed[report->confirmed_count++] = (tether_pair){from, to};
  return true;
}

bool tether_report_complain(tether_report *report, tether_error *error) {
  if (!tether_grow(&report->complaints, &report->complaint_capacity, report->complaint_count + 1,
                   sizeof *report->complaints))
    return no_memory(report, error);
  report->complaints[report->complaint_count++] = (tether_complaint){.first_named = report->named_count};
  return true;
}

bool tether_report_name(tether_report *report, int64_t id, tether_side side, tether_error *error) {
  if (!tether_grow(&report->named, &report->named_capacity, report->named_count + 1, sizeof *report->named))
    return no_memory(report, error);
  report->named[report->named_count++] = (tether_named){id, side};
  report->complaints[report->complaint_count - 1].named_count++;
  return true;
}

bool tether_report_begin_text(tether_report *report, size_t *start, tether_error *error) {
  if (report->text.length == 0 && !tether_buffer_add(&report->text, "", 1, error)) return false;
  *start = report->text.length;
  return true;
}

bool tether_report_end_text(tether_report *report, tether_error *error) {
  return tether_buffer_add(&report->text, "", 1, error);
}

const char *tether_report_text(const tether_report *report, size_t offset) {
  return offset ? report->text.data + offset : "";
}
