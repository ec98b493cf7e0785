/* Sorter: wanted links of any number, by from and to, in constant memory.
 *
 * Rows that do not fit stand in a temporary file without a name, in sorted runs, which are merged when they are taken.
 * Beside wanted links it takes probes (pairs that are to be looked at, wanted or not) and records (whose links are to
 * be looked at). One thread. */
#ifndef TETHER_SORTER_H
#define TETHER_SORTER_H
#include "core/links/links.h"

typedef struct tether_sorter tether_sorter;

/* `run`: rows that are held in memory, 20 bytes each; 0: the usual number. NULL: NO_MEMORY. */
tether_sorter *tether_sorter_new(size_t run, tether_error *error);
void tether_sorter_free(tether_sorter *sorter); /* NULL is fine */

typedef enum tether_wanted {
  TETHER_WANTED_LINKS,
  TETHER_WANTED_TURNED,  /* probes that were read from their other end */
  TETHER_WANTED_FOLDED,  /* probes inside one object type: from the smaller id to the larger one */
  TETHER_WANTED_RECORDS, /* the records on the from side */
  TETHER_WANTED_TARGETS, /* those on the to side */
  TETHER_WANTED_PROBES   /* probes as they stand */
} tether_wanted;

/* Adds the rows of a set, whose types are those of an account; those of probes and records do not matter.
 * FILE_FAILED (the temporary file), NO_MEMORY. */
bool tether_sorter_add(tether_sorter *sorter, const tether_links *links, tether_wanted kind, tether_error *error);

/* What some records have in the sorter: each is empty at first, and made by tether_links_new. */
typedef struct tether_portion {
  tether_links *wanted; /* compact: the types of equal pairs are joined */
  tether_links *probes; /* compact */
  tether_links *asked;  /* one row for each record, on its from side */
} tether_portion;

/* Takes the next records, at most `records`, with all their rows; more rows than `rows` only for one record. False
 * with TETHER_OK in `error`: there are no more. Nothing may be added after the first call. */
bool tether_sorter_take(tether_sorter *sorter, size_t records, size_t rows, tether_portion *portion,
                        tether_error *error);

/* Counts of the wanted rows that were taken, and of those that contradict another row of their pair. */
typedef struct tether_sorted {
  size_t rows, contradictions;
  int64_t from, to; /* of the first contradiction */
} tether_sorted;
tether_sorted tether_sorter_counts(const tether_sorter *sorter);

#endif
