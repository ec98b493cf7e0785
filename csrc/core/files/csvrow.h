/* Csvrow: a row of a CSV file as the intake takes it, by what its columns are for. Pure. */
#ifndef TETHER_CSVROW_H
#define TETHER_CSVROW_H
#include "core/files/csv.h"
#include "core/files/intake.h"
#include "core/text/role.h"

typedef struct tether_csvrow_columns {
  uint32_t column[TETHER_ROLES]; /* role -> its column, counted from 1; 0: the file has none */
  char separator;                /* between the labels of one cell; 0: a cell is one label */
  bool typed;                    /* some column beside from, to and label has a role; set by tether_csvrow_asked */
} tether_csvrow_columns;

/* The columns that have a role, counted from 0; answers how many. */
size_t tether_csvrow_asked(tether_csvrow_columns *columns, uint32_t asked[TETHER_ROLES]);

/* Reads a row. Its slices are those of `fields`, and `types`, which is overwritten. CSV_BROKEN: it stands for a line
 * that could not be read when the file was written, and `raw` is that line; INVALID, NO_MEMORY. */
bool tether_csvrow_read(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_buffer *types,
                        tether_intake_row *row, tether_error *error);

/* The cell of a role; no data: the file has no such column, or the row is faulty and too short. */
tether_slice tether_csvrow_cell(const tether_csvrow_columns *columns, const tether_csv_row *fields, tether_role role);

#endif
