/* Operations: the one table of what Tether can ask of the wire.
 *
 * A row says method, path in each form, and what a blind repeat would do. A second table says how many inputs one
 * request may hold. A new row is a new operation. No other file writes a path. */
#ifndef TETHER_OPERATION_H
#define TETHER_OPERATION_H
#include "base/buffer.h"

/* What sending the same request once more does (wire.md, 9). */
typedef enum tether_repeat {
  TETHER_READS,     /* nothing: may be sent again, and never leaves a doubt */
  TETHER_CONVERGES, /* the same end state: may be sent again */
  TETHER_CREATES,   /* something twice, or a refusal: look first */
  TETHER_MAILS      /* another e-mail: never sent again automatically */
} tether_repeat;

/* Which of the two path forms of the batches is sent (wire.md, 1.3). */
typedef enum tether_form { TETHER_FORM_DESCRIBED, TETHER_FORM_OVERVIEW } tether_form;

typedef struct tether_operation {
  const char *name, *method;
  const char *dated; /* path with {v}ersion, object types {f} and {t}, record ids {a} and {b}, {id} of a type or user */
  const char *overview; /* the overview's form of it; NULL: the same */
  const char *v4;       /* path in version v4, where objects are v3's; NULL: v4 does not have it */
  tether_repeat repeat;
} tether_operation;

/* Values for the placeholders; NULL where the path has none. Borrowed. */
typedef struct tether_path_values {
  const char *version; /* "v4", "2025-09", "2026-03", "2026-09" */
  tether_form form;
  const char *f, *t, *a, *b, *id;
} tether_path_values;

const tether_operation *tether_operations(size_t *count);

/* The most inputs of an operation in a version; 0: it takes none. */
int tether_operation_ceiling(const tether_operation *operation, const char *version);

/* NULL: no such operation. */
const tether_operation *tether_operation_find(const char *name);

/* Whether we know the version. */
bool tether_version_known(const char *version);

/* Appends the path, its values percent-encoded. BAD_ARGUMENT names a missing value or an operation that the version
 * does not have. On failure `out` is as before. */
bool tether_operation_path(const tether_operation *operation, const tether_path_values *values, tether_buffer *out,
                           tether_error *error);

/* Appends text with every byte but the unreserved ones of RFC 3986 as %XX. */
bool tether_percent_encode(const char *text, size_t length, tether_buffer *out, tether_error *error);

#endif
