/* Values of a workbook's cells, as text. Pure. */
#ifndef TETHER_SHEET_VALUE_H
#define TETHER_SHEET_VALUE_H
#include "base/buffer.h"

enum {
  TETHER_SHEET_COLUMNS = 16384, /* as Excel has them */
  TETHER_SHEET_ROWS = 1048576,
  TETHER_NUMBER_DIGITS = 15, /* that a spreadsheet keeps of a number */
  TETHER_NUMBER_TEXT = 64
};

/* A number as a person would write it: an integer of at most 15 digits in digits alone ("1.01E+2" and "101.0" are
 * "101"). One of more digits is written as "1.2345678901234568E+16", so that nobody takes it for an id: the spreadsheet
 * has cut it. What is no integer, or no number, stays as it is. Writes at most TETHER_NUMBER_TEXT bytes to `room`, or
 * answers `text` itself. */
tether_slice tether_number_plain(tether_slice text, char *room);

/* The column of "AB12", counted from 1; 0: none. */
size_t tether_cell_column(const char *reference);

/* The number of decimal digits; 0: it is none, or more than `most`. */
size_t tether_count_parse(const char *text, size_t most);

/* Adds text in which "_x000D_" stands for a character that XML cannot have, as Excel writes it. */
bool tether_escaped_add(tether_buffer *out, tether_slice text, tether_error *error);

#endif
