#include "core/files/csvrow.h"

#include <string.h>

size_t tether_csvrow_asked(tether_csvrow_columns *columns, uint32_t asked[TETHER_ROLES]) {
  size_t count = 0;
  for (int role = TETHER_ROLE_LABEL + 1; role < TETHER_ROLES; role++)
    columns->typed = columns->typed || columns->column[role];
  for (int role = 0; role < TETHER_ROLES; role++)
    if (columns->column[role]) asked[count++] = columns->column[role] - 1;
  return count;
}

tether_slice tether_csvrow_cell(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_role role) {
  uint32_t column = columns->column[role];
  return column && column <= fields->count ? fields->fields[column - 1] : (tether_slice){NULL, 0};
}

/* A file that was written for a spreadsheet has an apostrophe before each cell that would be taken for a formula. It is
 * no part of the cell. */
static tether_slice unescape(tether_slice cell) {
  bool escaped = cell.length > 1 && cell.data[0] == '\'' && memchr("=+-@\t\r", cell.data[1], 6);
  return escaped ? (tether_slice){cell.data + 1, cell.length - 1} : cell;
}

/* Adds the types that stand in columns other than the one of labels. */
static bool add_types(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_buffer *types,
                      tether_error *error) {
  tether_slice name = tether_csvrow_cell(columns, fields, TETHER_ROLE_TYPE_NAME);
  if (name.length && tether_role_is_type_name(name) && !tether_typekey_add(types, TETHER_ITEM_LABEL, name, error))
    return false;
  return tether_role_add_type(types, tether_csvrow_cell(columns, fields, TETHER_ROLE_CATEGORY),
                              tether_csvrow_cell(columns, fields, TETHER_ROLE_TYPE_ID), error);
}

static bool is_bare(const tether_csv_row *fields) {
  for (size_t i = 0; i < fields->count; i++)
    if (fields->fields[i].length) return false;
  return true;
}

/* Reads the columns beside the ids and the labels. */
static bool read_others(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_buffer *types,
                        tether_intake_row *row, tether_error *error) {
  row->type[0] = tether_csvrow_cell(columns, fields, TETHER_ROLE_FROM_TYPE);
  row->type[1] = tether_csvrow_cell(columns, fields, TETHER_ROLE_TO_TYPE);
  row->primary = tether_csvrow_cell(columns, fields, TETHER_ROLE_PRIMARY);
  row->primary_ids = tether_csvrow_cell(columns, fields, TETHER_ROLE_PRIMARY_IDS);
  return add_types(columns, fields, types, error);
}

/* A row without ids: of separators alone, or for a line that could not be read. */
static bool read_empty(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_intake_row *row,
                       tether_error *error) {
  row->is_bare = is_bare(fields);
  if (!tether_csvrow_cell(columns, fields, TETHER_ROLE_RAW).length) return true;
  return tether_fail_at(error, TETHER_CSV_BROKEN, fields->line, "line %lld: a line that could not be read is no row",
                        (long long)fields->line);
}

bool tether_csvrow_read(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_buffer *types,
                        tether_intake_row *row, tether_error *error) {
  tether_slice labels = tether_csvrow_cell(columns, fields, TETHER_ROLE_LABEL);
  *row = (tether_intake_row){.end = {tether_csvrow_cell(columns, fields, TETHER_ROLE_FROM),
                                     tether_csvrow_cell(columns, fields, TETHER_ROLE_TO)},
                             .is_short = fields->is_short,
                             .line = fields->line,
                             .last_line = fields->last_line};
  tether_buffer_clear(types);
  if (labels.length && !tether_labelcell_read(unescape(labels), columns->separator, types, error)) return false;
  if (columns->typed && !read_others(columns, fields, types, row, error)) return false;
  row->types = (tether_slice){types->data, types->length};
  return row->end[0].length || row->end[1].length || read_empty(columns, fields, row, error);
}
