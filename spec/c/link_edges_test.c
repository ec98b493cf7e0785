/* What stands at the very edge of what links sets and their outcomes may hold. */
#include <string.h>

#include "check.h"
#include "core/links/algebra.h"
#include "core/links/gather.h"
#include "core/links/lines.h"
#include "core/links/merge.h"
#include "core/links/outcome.h"
#include "core/links/recent.h"
#include "core/links/report.h"
#include "core/links/verify.h"

static tether_links *links_of(const int64_t (*pairs)[2], size_t count) {
  tether_links *links = tether_links_new();
  for (size_t i = 0; i < count; i++) CHECK(tether_links_add(links, pairs[i][0], pairs[i][1], 0, NULL));
  return links;
}

static void what_is_no_link_is_refused(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  CHECK(!tether_links_add(links, 1, 0, 0, &error) && error.code == TETHER_BAD_ID);
  CHECK(!tether_links_add(links, 0, 1, 0, &error) && error.code == TETHER_BAD_ID);
  CHECK(!tether_links_add(links, 1, 1, 1, &error) && error.code == TETHER_BAD_ARGUMENT);
  CHECK(tether_links_count(links) == 0);
  tether_links_free(links);
}

static void a_link_has_as_many_types_as_are_allowed(void) {
  tether_spec types[TETHER_TYPES_MAX + 1];
  tether_links *links = tether_links_new();
  tether_error error;
  uint32_t index;
  for (int i = 0; i <= TETHER_TYPES_MAX; i++) types[i] = (tether_spec){TETHER_USER_DEFINED, i + 1};
  CHECK(tether_links_intern(links, types, TETHER_TYPES_MAX, &index, &error));
  CHECK(!tether_links_intern(links, types, TETHER_TYPES_MAX + 1, &index, &error));
  tether_links_free(links);
}

static void links_to_oneself_are_no_backward_ones(void) {
  tether_links *links = links_of((const int64_t[][2]){{5, 4}, {3, 3}}, 2);
  tether_lines lines;
  uint32_t rows[2];
  CHECK(tether_links_selves(links, rows) == 1 && rows[0] == 1);
  tether_lines_init(&lines);
  CHECK(tether_lines_add(&lines, 7, NULL) && tether_lines_add(&lines, 8, NULL));
  tether_lines_mark(&lines, links);
  CHECK(lines.list[0] == -7 && lines.list[1] == 8);
  tether_lines_free(&lines);
  tether_links_free(links);
}

/* Rows that came from elsewhere have no line, whatever memory holds behind the last one. */
static void only_rows_of_a_file_have_lines(void) {
  tether_lines lines, gathered;
  tether_lines_init(&lines);
  tether_lines_init(&gathered);
  for (int64_t line = 7; line < 10; line++) CHECK(tether_lines_add(&lines, line, NULL));
  lines.count = 1;
  CHECK(tether_lines_gather(&gathered, &lines, (tether_rows){NULL, 0, 3}, NULL) && gathered.count == 3);
  CHECK(gathered.list[0] == 7 && gathered.list[1] == 0 && gathered.list[2] == 0);
  tether_lines_free(&lines);
  tether_lines_free(&gathered);
}

static void a_filter_looks_at_both_sides(void) {
  const int64_t to[] = {9};
  tether_links *links = links_of((const int64_t[][2]){{1, 8}, {1, 9}, {2, 9}}, 3);
  CHECK(tether_links_filter(links, &(tether_filter){.to = to, .to_count = 1}, NULL, NULL) == 2);
  CHECK(tether_links_filter(links, &(tether_filter){.from = to, .from_count = 1}, NULL, NULL) == 0);
  tether_links_free(links);
}

static void as_many_pairs_are_recent_as_there_is_room_for(void) {
  tether_links *links = links_of((const int64_t[][2]){{1, 2}, {3, 4}, {5, 6}}, 3);
  tether_recent *recent = tether_recent_new(2);
  uint32_t free_rows[3], held[3];
  tether_division division = {.free_rows = free_rows, .held = held};
  CHECK(tether_recent_add(recent, links, (tether_rows){NULL, 0, 2}, 1, NULL));
  CHECK(tether_recent_divide(recent, links, (tether_rows){NULL, 0, 3}, 0, &division, NULL));
  CHECK(division.held_count == 2 && division.free_count == 1 && free_rows[0] == 2);
  tether_recent_free(recent);
  tether_links_free(links);
}

static void a_report_that_is_cleared_says_nothing(void) {
  tether_report report;
  tether_report_init(&report);
  report.unfinished = report.answers = true;
  tether_report_clear(&report);
  CHECK(!report.unfinished && !report.answers);
  tether_report_free(&report);
}

static const tether_reason refused = {TETHER_INVALID, "", "", "no", "", "", 400, 1};
static const tether_reason doubtful = {TETHER_CONNECTION_LOST, "", "", "lost", "", "", 0, 1};

static tether_rows row(size_t at) { return (tether_rows){NULL, at, 1}; }

static void what_has_failed_adopts_nothing(void) {
  tether_outcome *outcome = tether_outcome_new(3), *other = tether_outcome_new(3);
  CHECK(tether_outcome_settle(outcome, row(0), TETHER_REJECTED, &refused, NULL));
  CHECK(tether_outcome_settle(outcome, row(1), TETHER_UNKNOWN, &doubtful, NULL));
  CHECK(tether_outcome_settle(other, (tether_rows){NULL, 0, 3}, TETHER_LINKED, NULL, NULL));
  CHECK(tether_outcome_adopt(outcome, (tether_rows){NULL, 0, 3}, other, NULL));
  CHECK(tether_outcome_state(outcome, 0) == TETHER_REJECTED && tether_outcome_state(outcome, 1) == TETHER_UNKNOWN);
  CHECK(tether_outcome_state(outcome, 2) == TETHER_LINKED);
  tether_outcome_free(outcome);
  tether_outcome_free(other);
}

/* Two sets share their ids and have types of their own: what one of them adds is not the other's. */
static void rows_of_another_holder_are_not_written_over(void) {
  const tether_spec type = {TETHER_USER_DEFINED, 7};
  tether_links *links = links_of((const int64_t[][2]){{1, 2}}, 1), *copy = tether_links_copy(links);
  CHECK(copy && tether_links_join(copy, 0, &type, 1, NULL) && tether_links_add(copy, 3, 4, 0, NULL));
  CHECK(tether_links_add(links, 5, 6, 0, NULL));
  CHECK(tether_links_at(links, 1).from == 5 && tether_links_at(copy, 1).from == 3);
  tether_links_free(links);
  tether_links_free(copy);
}

/* Rows of the middle of a set bring their own types, as the other set calls them. */
static void types_of_a_part_are_those_of_its_rows(void) {
  static const uint32_t map[] = {0, 2, 1};
  const tether_spec types[] = {{TETHER_USER_DEFINED, 7}, {TETHER_USER_DEFINED, 8}};
  tether_links *links = tether_links_new(), *other = tether_links_new();
  uint32_t index;
  CHECK(tether_links_add(other, 1, 2, 0, NULL));
  for (uint32_t i = 0; i < 2; i++) {
    CHECK(tether_links_intern(links, &types[1 - i], 1, &index, NULL) && index == i + 1);
    CHECK(tether_links_intern(other, &types[i], 1, &index, NULL) && index == i + 1);
    CHECK(tether_links_add(other, 3, i + 4, index, NULL));
  }
  CHECK(tether_links_append(links, other, 1, 2, map, NULL));
  CHECK(tether_links_at(links, 0).types == 2 && tether_links_at(links, 1).types == 1);
  tether_links_free(links);
  tether_links_free(other);
}

/* A type set that was kept free is found by what it has become. */
static void a_type_set_is_found_when_it_has_changed(void) {
  const tether_spec types[] = {{TETHER_USER_DEFINED, 7}, {TETHER_USER_DEFINED, 8}, {TETHER_USER_DEFINED, 9}};
  tether_typesets *sets = tether_typesets_new();
  uint32_t index, kept;
  CHECK(tether_typesets_reserve(sets, &kept, NULL) && tether_typesets_intern(sets, &types[0], 1, &index, NULL));
  CHECK(tether_typesets_define(sets, kept, &types[1], 1, NULL));
  CHECK(tether_typesets_intern(sets, &types[2], 1, &index, NULL) && index != kept);
  CHECK(tether_typesets_intern(sets, &types[1], 1, &index, NULL) && index == kept);
  tether_typesets_free(sets);
}

/* The same number is another type in another category. */
static void another_category_s_type_is_not_there(void) {
  static const tether_category categories[] = {TETHER_HUBSPOT_DEFINED, TETHER_USER_DEFINED};
  for (int held = 0; held < 2; held++) {
    const tether_spec here = {categories[held], 7}, asked = {categories[1 - held], 7};
    tether_links *wanted = links_of((const int64_t[][2]){{1, 2}, {3, 4}}, 2),
                 *current = links_of((const int64_t[][2]){{1, 2}, {3, 4}}, 2);
    tether_outcome *outcome = tether_outcome_new(2);
    CHECK(tether_links_join(wanted, 0, &asked, 1, NULL) && tether_links_join(wanted, 1, &here, 1, NULL));
    CHECK(tether_links_join(current, 0, &here, 1, NULL) && tether_links_join(current, 1, &here, 1, NULL));
    CHECK(tether_outcome_subtract_existing(outcome, wanted, current, NULL));
    CHECK(tether_outcome_state(outcome, 0) == TETHER_PENDING && tether_outcome_state(outcome, 1) == TETHER_UNCHANGED);
    tether_outcome_free(outcome);
    tether_links_free(wanted);
    tether_links_free(current);
  }
}

/* However often a row is settled, the last reason counts. */
static void the_last_reason_of_a_row_counts(void) {
  tether_outcome *outcome = tether_outcome_new(3);
  tether_reason told;
  for (int i = 0; i < 5; i++)
    CHECK(
        tether_outcome_settle(outcome, (tether_rows){NULL, 0, 3}, TETHER_UNKNOWN, i % 2 ? &refused : &doubtful, NULL));
  CHECK(tether_outcome_settle(outcome, row(1), TETHER_REJECTED, &refused, NULL));
  for (size_t i = 0; i < 3; i++)
    CHECK(tether_outcome_reason(outcome, i, &told) && strcmp(told.message, i == 1 ? "no" : "lost") == 0);
  tether_outcome_free(outcome);
}

/* Of three rows the account shows the first; the third is unknown. */
static void what_is_read_back_decides(tether_wish wish, tether_state shown, tether_state not_shown) {
  tether_links *links = links_of((const int64_t[][2]){{1, 2}, {3, 4}, {5, 6}}, 3);
  tether_links *current = links_of((const int64_t[][2]){{1, 2}}, 1);
  tether_outcome *outcome = tether_outcome_new(3);
  size_t open;
  CHECK(tether_outcome_settle(outcome, (tether_rows){NULL, 0, 2}, TETHER_LINKED, NULL, NULL));
  CHECK(tether_outcome_settle(outcome, row(2), TETHER_UNKNOWN, &doubtful, NULL));
  CHECK(tether_outcome_verify(outcome, links, current, wish, &open, NULL));
  CHECK(tether_outcome_state(outcome, 0) == shown);
  CHECK(tether_outcome_state(outcome, 1) == not_shown && tether_outcome_state(outcome, 2) == not_shown);
  CHECK(open == (shown == TETHER_UNKNOWN ? 1 : 2));
  tether_outcome_free(outcome);
  tether_links_free(links);
  tether_links_free(current);
}

int main(void) {
  what_is_no_link_is_refused();
  a_link_has_as_many_types_as_are_allowed();
  links_to_oneself_are_no_backward_ones();
  only_rows_of_a_file_have_lines();
  a_filter_looks_at_both_sides();
  as_many_pairs_are_recent_as_there_is_room_for();
  a_report_that_is_cleared_says_nothing();
  what_has_failed_adopts_nothing();
  rows_of_another_holder_are_not_written_over();
  types_of_a_part_are_those_of_its_rows();
  a_type_set_is_found_when_it_has_changed();
  another_category_s_type_is_not_there();
  the_last_reason_of_a_row_counts();
  what_is_read_back_decides(TETHER_WISH_THERE, TETHER_LINKED, TETHER_UNKNOWN);
  what_is_read_back_decides(TETHER_WISH_GONE, TETHER_UNKNOWN, TETHER_LINKED);
  return failed != 0;
}
