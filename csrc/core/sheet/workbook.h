/* Workbook: which sheets an XLSX file has, and in which entries of the ZIP they stand. */
#ifndef TETHER_SHEET_WORKBOOK_H
#define TETHER_SHEET_WORKBOOK_H
#include "core/sheet/pack.h"

enum { TETHER_WORKBOOK_SHEETS = 1000 }; /* more are refused: no person has them */

typedef struct tether_workbook_sheet {
  char *name, *part; /* the entry; NULL: it has no cells (a chart, say) */
  bool hidden;
} tether_workbook_sheet;

typedef struct tether_workbook {
  tether_workbook_sheet *sheets;
  size_t count;
  char *strings; /* the entry of shared texts; NULL: none */
} tether_workbook;

/* Reads the parts that describe the sheets. The caller calls tether_workbook_free whatever it answers. FILE_BROKEN,
 * NO_MEMORY. */
bool tether_workbook_read(tether_pack *pack, tether_workbook *workbook, tether_error *error);
void tether_workbook_free(tether_workbook *workbook);

#endif
