#include "core/files/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "core/text/blanks.h"

static const char *const sides[] = {"from", "to"};

struct tether_intake {
  tether_rowset **sets; /* the last one used is `current` */
  size_t count, current;
  bool one_pair, strict, told; /* told: the object types are not the rows' to name */
  tether_buffer fixed;         /* typekey of rows that name none */
  tether_buffer primary;       /* types of a primary link of the row under way */
  char *name[2], *key[2];      /* NULL: none */
  char split[2];
  tether_intake_tally tally;
  bool all_primary;      /* of the row under way */
  tether_cell *cells[2]; /* of the row under way */
  size_t cell_count[2], cell_capacity[2];
};

static bool keep(char **into, const char *text) {
  if (!text) return true;
  *into = strdup(text);
  return *into != NULL;
}

static tether_slice slice(const char *text) { return (tether_slice){text, strlen(text)}; }

static bool add_set(tether_intake *intake, tether_slice from, tether_slice to) {
  tether_rowset **sets = realloc(intake->sets, (intake->count + 1) * sizeof *sets);
  if (!sets) return false;
  intake->sets = sets;
  sets[intake->count] = tether_rowset_new(from, to);
  if (!sets[intake->count]) return false;
  intake->current = intake->count++;
  return true;
}

static bool set_up(tether_intake *intake, const tether_intake_options *options) {
  for (int i = 0; i < 2; i++) {
    intake->split[i] = options->side[i].split;
    if (!keep(&intake->name[i], options->side[i].name) || !keep(&intake->key[i], options->side[i].key)) return false;
  }
  if (!tether_buffer_add(&intake->fixed, options->types.data, options->types.length, NULL)) return false;
  intake->strict = options->strict;
  intake->told = options->from && options->to;
  intake->one_pair = options->one_pair || intake->told;
  return !intake->told || add_set(intake, slice(options->from), slice(options->to));
}

tether_intake *tether_intake_new(const tether_intake_options *options) {
  tether_intake *intake = calloc(1, sizeof *intake);
  if (!intake) return NULL;
  tether_buffer_init(&intake->fixed, TETHER_CEILING_FIELD);
  tether_buffer_init(&intake->primary, TETHER_CEILING_BODY);
  if (set_up(intake, options)) return intake;
  tether_intake_free(intake);
  return NULL;
}

void tether_intake_free(tether_intake *intake) {
  if (!intake) return;
  for (size_t i = 0; i < intake->count; i++) tether_rowset_free(intake->sets[i]);
  free(intake->sets);
  for (int i = 0; i < 2; i++) {
    free(intake->name[i]);
    free(intake->key[i]);
    free(intake->cells[i]);
  }
  tether_buffer_free(&intake->fixed);
  tether_buffer_free(&intake->primary);
  free(intake);
}

size_t tether_intake_rows(const tether_intake *intake) {
  size_t rows = 0;
  for (size_t i = 0; i < intake->count; i++) rows += tether_rowset_rows(intake->sets[i]);
  return rows;
}

const tether_intake_tally *tether_intake_tell(const tether_intake *intake) { return &intake->tally; }

tether_rowset *tether_intake_set(const tether_intake *intake, size_t i) {
  return i < intake->count ? intake->sets[i] : NULL;
}

/* -- messages ------------------------------------------------------------------------------------------------------ */

enum { COLUMN_SHOWN = TETHER_SHOWN + 16, COLUMNS_SHOWN = 2 * COLUMN_SHOWN + 8 };

/* "column \"Contact ID\"", or the side where the column has no name. */
static const char *show_column(const tether_intake *intake, int side, char out[COLUMN_SHOWN]) {
  char name[TETHER_SHOWN];
  if (!intake->name[side]) return sides[side];
  snprintf(out, COLUMN_SHOWN, "column \"%s\"", tether_show(slice(intake->name[side]), name));
  return out;
}

/* The columns of both sides, for a problem that concerns the two together. */
static const char *show_columns(const tether_intake *intake, char out[COLUMNS_SHOWN]) {
  char from[COLUMN_SHOWN], to[COLUMN_SHOWN];
  snprintf(out, COLUMNS_SHOWN, "%s and %s", show_column(intake, 0, from), show_column(intake, 1, to));
  return out;
}

static bool bad_id(const tether_intake *intake, const tether_intake_row *row, int side, tether_slice text,
                   const char *problem, tether_error *error) {
  char column[COLUMN_SHOWN], shown[TETHER_SHOWN];
  return tether_fail_at(error, TETHER_BAD_ID, row->line, "line %lld, %s: not a record id: \"%s\"%s%s",
                        (long long)row->line, show_column(intake, side, column), tether_show(text, shown),
                        *problem ? ": " : "", problem);
}

static bool several(const tether_intake *intake, int64_t line, tether_error *error) {
  char columns[COLUMNS_SHOWN];
  return tether_fail_at(error, TETHER_BAD_ID, line,
                        "line %lld, %s: several ids on both sides: which belongs to which? write a row for each link",
                        (long long)line, show_columns(intake, columns));
}

static bool other_pair(const tether_intake *intake, tether_slice from, tether_slice to, int64_t line,
                       tether_error *error) {
  const tether_rowset *set = intake->sets[0];
  char names[2][TETHER_SHOWN], columns[COLUMNS_SHOWN];
  if (!from.length) from = slice(tether_rowset_from(set));
  if (!to.length) to = slice(tether_rowset_to(set));
  return tether_fail_at(error, TETHER_INVALID, line, "line %lld, %s: %s to %s, and this file is %s to %s%s",
                        (long long)line, show_columns(intake, columns), tether_show(from, names[0]),
                        tether_show(to, names[1]), tether_rowset_from(set), tether_rowset_to(set),
                        intake->told ? "; leave both types out (--from, --to) where the rows name them"
                                     : ": one pair of object types a file");
}

/* -- pairs of object types ----------------------------------------------------------------------------------------- */

static bool is_of(const tether_intake *intake, size_t i, tether_slice from, tether_slice to) {
  return tether_rowset_is_of(intake->sets[i], from, to);
}

/* Makes the set of a row's object types the current one. An end without a type has that of the file's first row. */
static bool find_pair(tether_intake *intake, tether_slice from, tether_slice to, int64_t line, tether_error *error) {
  bool named = from.length && to.length;
  if (intake->count && (named || intake->one_pair) && is_of(intake, intake->current, from, to)) return true;
  for (size_t i = 0; i < intake->count; i++) {
    if (!is_of(intake, i, from, to)) continue;
    intake->current = i;
    return true;
  }
  if (!intake->count && !named)
    return tether_fail_at(error, TETHER_BAD_ARGUMENT, line,
                          "line %lld: nothing tells the object types: name them (from and to), or write contacts:101",
                          (long long)line);
  if (intake->count && (intake->one_pair || !named)) return other_pair(intake, from, to, line, error);
  if (intake->count == TETHER_INTAKE_PAIRS)
    return tether_fail_at(error, TETHER_INVALID, line, "line %lld: more than %d pairs of object types", (long long)line,
                          TETHER_INTAKE_PAIRS);
  return add_set(intake, from, to) || tether_fail_at(error, TETHER_NO_MEMORY, line, "no memory for a row");
}

/* -- cells --------------------------------------------------------------------------------------------------------- */

static bool keep_cell(tether_intake *intake, int side, tether_cell cell, tether_error *error) {
  if (!tether_grow(&intake->cells[side], &intake->cell_capacity[side], intake->cell_count[side] + 1, sizeof cell))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a row");
  intake->cells[side][intake->cell_count[side]++] = cell;
  return true;
}

/* Reads the ids of one cell; empty ones are left out. */
static bool read_cells(tether_intake *intake, const tether_intake_row *row, int side, tether_slice text,
                       tether_error *error) {
  tether_cells cells;
  tether_slice piece;
  const char *problem = "";
  if (!tether_cells_begin(&cells, text, intake->split[side], &problem))
    return bad_id(intake, row, side, text, problem, error);
  while (tether_cells_next(&cells, &piece)) {
    tether_cell cell;
    if (intake->key[side])
      tether_cell_value(piece, intake->key[side], &cell, intake->tally.counted);
    else if (!tether_cell_read(piece, &cell, intake->tally.counted, &problem))
      return bad_id(intake, row, side, piece, problem, error);
    if (cell.kind != TETHER_CELL_NOTHING && !keep_cell(intake, side, cell, error)) return false;
  }
  return true;
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

static bool is_header(const tether_intake *intake, const tether_intake_row *row) {
  for (int side = 0; side < 2; side++) {
    tether_slice text = tether_trim_invisible(row->end[side]);
    if (!intake->name[side] || text.length != strlen(intake->name[side]) ||
        memcmp(text.data, intake->name[side], text.length) != 0)
      return false;
  }
  return true;
}

static void note_lines(tether_intake_tally *tally, const tether_intake_row *row) {
  if (row->last_line - row->line + 1 < TETHER_INTAKE_LONG) return;
  tally->long_rows++;
  if (row->last_line - row->line <= tally->long_last - tally->long_first) return;
  tally->long_first = row->line;
  tally->long_last = row->last_line;
}

static tether_slice types_of(const tether_intake *intake, const tether_intake_row *row) {
  return row->types.length ? row->types : (tether_slice){intake->fixed.data, intake->fixed.length};
}

/* -- the primary --------------------------------------------------------------------------------------------------- */

static bool is_same_end(const tether_cell *a, const tether_cell *b) {
  if (a->kind != b->kind || a->id != b->id) return false;
  return a->kind == TETHER_CELL_ID ||
         (a->text.length == b->text.length && memcmp(a->text.data, b->text.data, a->text.length) == 0);
}

/* Marks the ends that stand among the first `known` as primary; others are links as well. */
static bool mark_primary(tether_intake *intake, size_t known, tether_error *error) {
  size_t count = intake->cell_count[1];
  intake->cell_count[1] = known;
  for (size_t i = known; i < count; i++) {
    tether_cell primary = intake->cells[1][i];
    size_t at = 0;
    while (at < known && !is_same_end(&intake->cells[1][at], &primary)) at++;
    if (at == known && !keep_cell(intake, 1, primary, error)) return false;
    intake->cells[1][at < known ? at : intake->cell_count[1] - 1].is_primary = true;
  }
  return true;
}

/* Reads which ids are primary, behind those of the to side. */
static bool read_primary(tether_intake *intake, const tether_intake_row *row, tether_error *error) {
  size_t known = intake->cell_count[1];
  if (!row->primary_ids.length) return true;
  char split = intake->split[1];
  intake->split[1] = TETHER_SPLIT_FOUND;
  bool fine = read_cells(intake, row, 1, row->primary_ids, error);
  intake->split[1] = split;
  return fine && mark_primary(intake, known, error);
}

/* The types of a row with the primary one. */
static bool add_primary(tether_intake *intake, tether_slice *types, tether_error *error) {
  tether_buffer_clear(&intake->primary);
  if (!tether_buffer_add(&intake->primary, types->data, types->length, error) ||
      !tether_typekey_add(&intake->primary, TETHER_ITEM_LABEL, (tether_slice){"primary", 7}, error))
    return false;
  *types = (tether_slice){intake->primary.data, intake->primary.length};
  return true;
}

/* -- links --------------------------------------------------------------------------------------------------------- */

static bool find_set(tether_intake *intake, const tether_intake_row *row, const tether_cell *from,
                     const tether_cell *to, tether_error *error) {
  return find_pair(intake, from->type.length ? from->type : row->type[0], to->type.length ? to->type : row->type[1],
                   row->line, error);
}

static bool add_link(tether_intake *intake, const tether_intake_row *row, const tether_cell *from,
                     const tether_cell *to, tether_error *error) {
  tether_slice types = types_of(intake, row);
  bool primary = intake->all_primary || to->is_primary;
  return find_set(intake, row, from, to, error) && (!primary || add_primary(intake, &types, error)) &&
         tether_rowset_add(intake->sets[intake->current], from, to, types, row->line, error) && ++intake->tally.links;
}

typedef bool (*link_step)(tether_intake *intake, const tether_intake_row *row, const tether_cell *from,
                          const tether_cell *to, tether_error *error);

/* Takes a step for each link of the row. */
static bool each_link(tether_intake *intake, const tether_intake_row *row, link_step step, tether_error *error) {
  for (size_t i = 0; i < intake->cell_count[0]; i++)
    for (size_t j = 0; j < intake->cell_count[1]; j++)
      if (!step(intake, row, &intake->cells[0][i], &intake->cells[1][j], error)) return false;
  return true;
}

/* Reads a row by all rules. */
static bool add_with_care(tether_intake *intake, const tether_intake_row *row, tether_error *error) {
  if (row->is_bare || is_header(intake, row)) {
    intake->tally.counted[row->is_bare ? TETHER_COUNTED_BARE : TETHER_COUNTED_HEADER]++;
    return true;
  }
  intake->cell_count[0] = intake->cell_count[1] = 0;
  if (!read_cells(intake, row, 0, row->end[0], error) || !read_cells(intake, row, 1, row->end[1], error) ||
      !read_primary(intake, row, error))
    return false;
  if (intake->cell_count[0] == 0 || intake->cell_count[1] == 0) {
    intake->tally.empty++;
    return true;
  }
  if (intake->cell_count[0] > 1 && intake->cell_count[1] > 1) return several(intake, row->line, error);
  return each_link(intake, row, find_set, error) && each_link(intake, row, add_link, error);
}

/* Reads whether a row is primary. A column of that name may hold other things, unless the caller has named it. */
static bool read_yes_or_no(tether_intake *intake, const tether_intake_row *row, tether_error *error) {
  char shown[TETHER_SHOWN];
  intake->all_primary = false;
  if (!row->primary.length || tether_yes_or_no(row->primary, &intake->all_primary) || !intake->strict) return true;
  return tether_fail_at(error, TETHER_INVALID, row->line, "line %lld: primary: true or false is needed, got \"%s\"",
                        (long long)row->line, tether_show(row->primary, shown));
}

/* Whether a row is one link of the present set, with cells of digits only. */
static bool is_plain(const tether_intake *intake, const tether_intake_row *row) {
  return intake->told && !row->type[0].data && !row->primary_ids.data && !intake->all_primary && !intake->key[0] &&
         !intake->key[1];
}

bool tether_intake_add(tether_intake *intake, const tether_intake_row *row, tether_error *error) {
  int64_t ids[2];
  if (row->last_line > row->line) note_lines(&intake->tally, row);
  if (row->is_short) intake->tally.counted[TETHER_COUNTED_SHORT]++;
  if (!read_yes_or_no(intake, row, error)) return false;
  if (is_plain(intake, row) && tether_id_parse(row->end[0].data, row->end[0].length, &ids[0]) &&
      tether_id_parse(row->end[1].data, row->end[1].length, &ids[1]))
    return tether_rowset_add_ids(intake->sets[0], ids[0], ids[1], types_of(intake, row), row->line, error) &&
           ++intake->tally.links;
  return add_with_care(intake, row, error);
}
