#include "data/types.h"

#include <string.h>
#include <strings.h>

#include "data/types_table.h" /* generated: object_types[], association_types[], by_id[] */

enum {
  OBJECT_TYPES = sizeof object_types / sizeof *object_types,
  TYPES = sizeof association_types / sizeof *association_types
};

const tether_object_type *tether_object_types(size_t *count) {
  *count = OBJECT_TYPES;
  return object_types;
}

static bool same(const char *known, const char *name, size_t length) {
  return strncasecmp(known, name, length) == 0 && known[length] == '\0';
}

static bool listed(const char *aliases, const char *name, size_t length) {
  while (*aliases) {
    size_t alias = strcspn(aliases, ",");
    if (alias == length && strncasecmp(aliases, name, length) == 0) return true;
    aliases += alias + (aliases[alias] == ',');
  }
  return false;
}

const tether_object_type *tether_object_type_find(const char *name, size_t length) {
  if (length == 0) return NULL;
  for (size_t i = 0; i < OBJECT_TYPES; i++) {
    const tether_object_type *type = &object_types[i];
    if (same(type->id, name, length) || same(type->singular, name, length) || same(type->plural, name, length) ||
        listed(type->aliases, name, length))
      return type;
  }
  return NULL;
}

const tether_type *tether_types(size_t *count) {
  *count = TYPES;
  return association_types;
}

const tether_type *tether_types_of_pair(const tether_object_type *from, const tether_object_type *to, size_t *count) {
  size_t first = 0;
  while (first < TYPES && !(association_types[first].from == from && association_types[first].to == to)) first++;
  size_t end = first;
  while (end < TYPES && association_types[end].from == from && association_types[end].to == to) end++;
  *count = end - first;
  return *count ? &association_types[first] : NULL;
}

const tether_type *tether_type_by_id(int64_t id) {
  size_t low = 0, high = TYPES;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (association_types[by_id[middle]].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < TYPES && association_types[by_id[low]].id == id ? &association_types[by_id[low]] : NULL;
}

const tether_type *tether_type_by_name(const char *name, size_t length) {
  for (size_t i = 0; i < TYPES; i++)
    if (same(association_types[i].name, name, length)) return &association_types[i];
  return NULL;
}

const tether_type *tether_type_of_kind(const tether_object_type *from, const tether_object_type *to, tether_kind kind) {
  size_t count;
  const tether_type *types = tether_types_of_pair(from, to, &count);
  for (size_t i = 0; i < count; i++)
    if (types[i].kind == kind) return &types[i];
  return NULL;
}

const char *tether_kind_name(tether_kind kind) {
  static const char *const names[] = {"primary", "unlabeled", "labeled", "hierarchy"};
  return names[kind];
}
