/* Frame: a backup's file, as blocks that are checked. README.md says what stands in it.
 *
 * A writer and a reader own their file, which is written or read front to back. One thread at a time. */
#ifndef TETHER_FRAME_H
#define TETHER_FRAME_H
#include <stdio.h>

#include "core/backup/pack.h"

typedef enum tether_block {
  TETHER_BLOCK_META = 'M',
  TETHER_BLOCK_PAIR = 'P',
  TETHER_BLOCK_TYPES = 'T', /* read and written by this room alone */
  TETHER_BLOCK_LINKS = 'L',
  TETHER_BLOCK_RECORDS = 'R',
  TETHER_BLOCK_KEYS = 'K',
  TETHER_BLOCK_END = 'E'
} tether_block;

/* -- writing ------------------------------------------------------------------------------------------------------- */

typedef struct tether_backup tether_backup;

/* Begins a file, whose FILE is taken over also when this fails. NULL: FILE_FAILED, NO_MEMORY. */
tether_backup *tether_backup_new(FILE *file, tether_error *error);
void tether_backup_free(tether_backup *backup); /* NULL is fine; a file that was not ended is no backup */

/* A block of text: META, PAIR, RECORDS, KEYS. A pair's links begin anew. FILE_FAILED, TOO_LARGE. */
bool tether_backup_text(tether_backup *backup, tether_block kind, tether_slice text, tether_error *error);

/* Links of the pair that was begun: compact, and greater than all before. BAD_ARGUMENT, FILE_FAILED, NO_MEMORY. */
bool tether_backup_links(tether_backup *backup, const tether_links *links, tether_error *error);

/* Ends the file and waits until the disk has it. Answers its size in bytes; -1: FILE_FAILED. */
int64_t tether_backup_end(tether_backup *backup, tether_error *error);

/* -- reading ------------------------------------------------------------------------------------------------------- */

typedef struct tether_backup_reader tether_backup_reader;

/* Takes the FILE over, also when this fails. NULL: NO_MEMORY; FILE_BROKEN says what the file is instead of a backup. */
tether_backup_reader *tether_backup_open(FILE *file, tether_error *error);
void tether_backup_close(tether_backup_reader *reader); /* NULL is fine */

typedef struct tether_block_read {
  tether_block kind;   /* END: there are no more */
  tether_slice text;   /* of META, PAIR, RECORDS, KEYS: valid until the next read */
  tether_links *links; /* of LINKS: a compact set, which is the caller's to free; else NULL */
} tether_block_read;

/* Reads the next block. FILE_BROKEN: changed or cut off; FILE_FAILED, NO_MEMORY. */
bool tether_backup_read(tether_backup_reader *reader, tether_block_read *block, tether_error *error);

/* Reads one of the KEYS block's rows: moves `at`, which is 0 at first, and adds to `id`, which is 0 at first. False
 * with TETHER_OK: there are no more; FILE_BROKEN. */
bool tether_backup_key(tether_slice text, size_t *at, int64_t *id, tether_slice *key, tether_error *error);

#endif
