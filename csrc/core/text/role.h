/* Role: what a column of a CSV file, or a key of a JSON row, is for. The caller says which name has which role. */
#ifndef TETHER_ROLE_H
#define TETHER_ROLE_H
#include "base/buffer.h"
#include "core/text/typekey.h"

/* X(NAME, name in Lua). */
#define TETHER_ROLE_TABLE(X)                                                                                           \
  X(NONE, "none") /* nobody asked for it */                                                                            \
  X(FROM, "from") /* ids or keys of the from side */                                                                   \
  X(TO, "to")                                                                                                          \
  X(LABEL, "label")         /* labels, as people see them */                                                           \
  X(TYPES, "types")         /* a list of type ids, labels and { category, id } */                                      \
  X(TYPE_ID, "type_id")     /* the number of one type */                                                               \
  X(CATEGORY, "category")   /* its category */                                                                         \
  X(TYPE_NAME, "type_name") /* its name, as version 3 has it: contact_to_company; other texts are nothing */           \
  X(FROM_TYPE, "from_type") /* the object type of the from side */                                                     \
  X(TO_TYPE, "to_type")                                                                                                \
  X(PRIMARY, "primary")         /* whether the row's links are primary */                                              \
  X(PRIMARY_IDS, "primary_ids") /* the ids of the to side whose link is primary */                                     \
  X(RAW, "raw")                 /* the text of a line that nobody could read, in a file of failures */

typedef enum tether_role {
#define TETHER_ROLE_NAME(name, lua) TETHER_ROLE_##name,
  TETHER_ROLE_TABLE(TETHER_ROLE_NAME)
#undef TETHER_ROLE_NAME
      TETHER_ROLES
} tether_role;

/* The role of a name in Lua; TETHER_ROLES: there is none. */
tether_role tether_role_find(const char *name);

/* Whether a text is the name of a type as version 3 has it. */
bool tether_role_is_type_name(tether_slice text);

/* Appends the type of a number and a category, of which either may be empty; without a number there is none. */
bool tether_role_add_type(tether_buffer *key, tether_slice category, tether_slice id, tether_error *error);

#endif
