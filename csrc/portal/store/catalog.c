#include "portal/store/catalog.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"

static const int64_t OWN_OBJECT = (int64_t)1 << 33; /* plus N of "2-N" */

struct portal_catalog {
  portal_object **objects; /* the built-in ones first */
  size_t object_count, built_in_count;
  portal_type **types; /* sorted by key */
  size_t type_count, type_capacity;
  int64_t *own_keys; /* of the account's own object types, by rank; they outlive a load */
  size_t own_key_count;
  uint64_t generation;
  struct {
    const portal_object *from, *to;
    uint64_t generation;
    portal_type *type;
  } plain; /* what was asked for last */
};

/* -- the built-in part -------------------------------------------------------------------------------------------- */

/* N of "0-N"; types whose id no source names get a number of their own from their name, far from the others. */
static int64_t key_of(const tether_object_type *type) {
  if (type->id[0] == '0' && type->id[1] == '-') return strtoll(type->id + 2, NULL, 10);
  uint32_t hash = 2166136261u;
  for (const char *at = type->singular; *at; at++) hash = (hash ^ (unsigned char)*at) * 16777619u;
  return (int64_t)1 << 40 | hash;
}

static char *upper(const char *text, size_t length) {
  char *copy = strndup(text, length);
  for (char *at = copy; at && *at; at++) *at = (char)toupper((unsigned char)*at);
  return copy;
}

enum { RANKS_MOST = UINT16_MAX };

/* The rank of one of the account's own types: after the built-in ones, in the order in which they were first seen. */
static bool rank_own(portal_catalog *catalog, portal_object *object) {
  size_t i = 0;
  while (i < catalog->own_key_count && catalog->own_keys[i] != object->key) i++;
  if (i == catalog->own_key_count) {
    int64_t *keys = realloc(catalog->own_keys, (i + 1) * sizeof *keys);
    if (!keys || catalog->built_in_count + i >= RANKS_MOST) return false;
    catalog->own_keys = keys;
    keys[catalog->own_key_count++] = object->key;
  }
  object->rank = (uint16_t)(catalog->built_in_count + i);
  return true;
}

static bool push_object(portal_catalog *catalog, const portal_object *object) {
  portal_object **objects = realloc(catalog->objects, (catalog->object_count + 1) * sizeof *objects);
  if (!objects) return false;
  catalog->objects = objects;
  objects[catalog->object_count] = malloc(sizeof **objects);
  if (!objects[catalog->object_count]) return false;
  *objects[catalog->object_count++] = *object;
  catalog->generation++;
  return true;
}

static bool add_objects(portal_catalog *catalog) {
  size_t count;
  const tether_object_type *known = tether_object_types(&count);
  for (size_t i = 0; i < count; i++) {
    const char *first = *known[i].aliases ? known[i].aliases : known[i].singular;
    bool line_item = strcmp(known[i].singular, "line_item") == 0;
    portal_object object = {
        .key = key_of(&known[i]),
        .rank = (uint16_t)i,
        .type_id = known[i].id,
        .singular = known[i].singular,
        .plural = known[i].plural,
        .internal = upper(first, strcspn(first, ",")),
        .map_key = line_item ? "line items" : known[i].plural, /* with a blank (wire.md, 3.2) */
    };
    if (!object.internal || !push_object(catalog, &object)) {
      free((char *)object.internal);
      return false;
    }
    catalog->built_in_count++;
  }
  return true;
}

/* "Billing contact" of quote_to_billing_contact: what the words of a built-in label are is recorded for Primary alone.
 */
static char *label_of(const tether_type *type) {
  if (type->kind == TETHER_UNLABELED) return NULL;
  if (type->kind == TETHER_PRIMARY) return strdup("Primary");
  if (type->kind == TETHER_HIERARCHY)
    return strdup(strncmp(type->name, "parent", 6) ? "Parent Company" : "Child Company");
  char start[80], *label;
  size_t from = strlen(type->from->singular);
  if (strncmp(type->name, type->from->singular, from) == 0 && strncmp(type->name + from, "_to_", 4) == 0)
    snprintf(start, sizeof start, "%s", type->name + from + 4);
  else
    snprintf(start, sizeof start, "%.*s", (int)(strstr(type->name, "_to_") - type->name), type->name);
  label = strdup(start);
  for (char *at = label; at && *at; at++)
    if (*at == '_') *at = ' ';
  if (label) *label = (char)toupper((unsigned char)*label);
  return label;
}

/* The name on the wire: primary types carry the bare one, their plain siblings end in _unlabeled (wire.md, 6.4). */
static char *wire_name(const portal_object *from, const portal_object *to, const tether_type *type) {
  char name[160];
  bool plain = type->kind == TETHER_UNLABELED, primary = type->kind == TETHER_PRIMARY;
  if (!plain && !primary) return strdup(type->name);
  bool sibling = plain && tether_type_of_kind(type->from, type->to, TETHER_PRIMARY);
  int length = snprintf(name, sizeof name, "%s_to_%s%s", from->internal, to->internal, sibling ? "_unlabeled" : "");
  for (int i = 0; i < length && name[i]; i++) name[i] = (char)tolower((unsigned char)name[i]);
  return strdup(name);
}

static bool add_types(portal_catalog *catalog) {
  size_t count;
  const tether_type *known = tether_types(&count);
  for (size_t i = 0; i < count; i++) {
    const portal_object *from = portal_catalog_object_by_key(catalog, key_of(known[i].from));
    const portal_object *to = portal_catalog_object_by_key(catalog, key_of(known[i].to));
    char *label = label_of(&known[i]), *name = wire_name(from, to, &known[i]);
    portal_type type = {.key = known[i].id,
                        .inverse = known[i].inverse,
                        .from = from,
                        .to = to,
                        .kind = known[i].kind,
                        .label = label,
                        .name = name};
    bool added = name && (label || known[i].kind == TETHER_UNLABELED) && portal_catalog_add(catalog, &type);
    free(label);
    free(name);
    if (!added) return false;
  }
  return true;
}

portal_catalog *portal_catalog_new(void) {
  portal_catalog *catalog = calloc(1, sizeof *catalog);
  if (catalog && add_objects(catalog) && add_types(catalog)) return catalog;
  portal_catalog_free(catalog);
  return NULL;
}

static void free_type(portal_type *type) {
  free(type->label);
  free(type->name);
  free(type);
}

static void free_own_object(portal_object *object) {
  free((char *)object->type_id);
  free((char *)object->singular);
  free((char *)object->plural);
  free((char *)object->internal);
  free((char *)object->map_key);
  free((char *)object->name);
  free(object);
}

static void drop_own_objects(portal_catalog *catalog) {
  while (catalog->object_count > catalog->built_in_count) free_own_object(catalog->objects[--catalog->object_count]);
}

void portal_catalog_free(portal_catalog *catalog) {
  if (!catalog) return;
  for (size_t i = 0; i < catalog->type_count; i++) free_type(catalog->types[i]);
  drop_own_objects(catalog);
  for (size_t i = 0; i < catalog->object_count; i++) {
    free((char *)catalog->objects[i]->internal);
    free(catalog->objects[i]);
  }
  free(catalog->types);
  free(catalog->objects);
  free(catalog->own_keys);
  free(catalog);
}

/* -- the account's part ------------------------------------------------------------------------------------------- */

const portal_object *portal_catalog_add_object(portal_catalog *catalog, int64_t number, const char *name,
                                               const char *singular, const char *plural) {
  char type_id[32], full[160];
  snprintf(type_id, sizeof type_id, "2-%lld", (long long)number);
  snprintf(full, sizeof full, "p%d_%.120s", PORTAL_ACCOUNT, name);
  portal_object *object = calloc(1, sizeof *object);
  if (!object) return NULL;
  *object = (portal_object){.key = OWN_OBJECT + number,
                            .type_id = strdup(type_id),
                            .singular = strdup(singular),
                            .plural = strdup(plural),
                            .internal = upper(full, strlen(full)),
                            .map_key = strdup(full),
                            .name = strdup(name)};
  bool fine = object->type_id && object->singular && object->plural && object->internal && object->map_key &&
              object->name && rank_own(catalog, object) && push_object(catalog, object);
  if (fine)
    free(object); /* its texts live on in the copy */
  else
    free_own_object(object);
  return fine ? catalog->objects[catalog->object_count - 1] : NULL;
}

void portal_catalog_drop_own(portal_catalog *catalog) {
  size_t own = 0;
  while (own < catalog->type_count && catalog->types[own]->key < 0) free_type(catalog->types[own++]);
  catalog->type_count -= own;
  memmove(catalog->types, catalog->types + own, catalog->type_count * sizeof *catalog->types);
  for (size_t i = 0; i < catalog->type_count; i++) catalog->types[i]->most = 0;
  catalog->generation++;
  drop_own_objects(catalog);
}

/* The place of a key, or where it would stand. */
static size_t place_of(const portal_catalog *catalog, int64_t key) {
  size_t low = 0, high = catalog->type_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (catalog->types[middle]->key < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool portal_catalog_add(portal_catalog *catalog, const portal_type *type) {
  if (!tether_grow(&catalog->types, &catalog->type_capacity, catalog->type_count + 1, sizeof *catalog->types))
    return false;
  portal_type *copy = malloc(sizeof *copy);
  if (!copy) return false;
  *copy = *type;
  copy->label = type->label ? strdup(type->label) : NULL;
  copy->name = strdup(type->name ? type->name : "");
  if (!copy->name || (type->label && !copy->label)) {
    free_type(copy);
    return false;
  }
  size_t place = place_of(catalog, type->key);
  memmove(catalog->types + place + 1, catalog->types + place, (catalog->type_count - place) * sizeof *catalog->types);
  catalog->types[place] = copy;
  catalog->type_count++;
  catalog->generation++;
  return true;
}

bool portal_catalog_rename(portal_catalog *catalog, portal_type *type, const char *label) {
  char *copy = strdup(label);
  if (!copy) return false;
  catalog->generation++;
  free(type->label);
  type->label = copy;
  return true;
}

void portal_catalog_limit(portal_catalog *catalog, portal_type *type, int64_t most) {
  type->most = most;
  catalog->generation++;
}

void portal_catalog_remove(portal_catalog *catalog, int64_t key) {
  size_t place = place_of(catalog, key);
  if (place == catalog->type_count || catalog->types[place]->key != key) return;
  free_type(catalog->types[place]);
  catalog->type_count--;
  catalog->generation++;
  memmove(catalog->types + place, catalog->types + place + 1, (catalog->type_count - place) * sizeof *catalog->types);
}

/* -- finding ------------------------------------------------------------------------------------------------------ */

portal_object *const *portal_catalog_objects(const portal_catalog *catalog, size_t *count) {
  *count = catalog->object_count;
  return catalog->objects;
}

const portal_object *portal_catalog_object_by_key(const portal_catalog *catalog, int64_t key) {
  for (size_t i = 0; i < catalog->object_count; i++)
    if (catalog->objects[i]->key == key) return catalog->objects[i];
  return NULL;
}

int64_t portal_catalog_key(const portal_catalog *catalog, uint16_t rank) {
  return rank < catalog->built_in_count ? catalog->objects[rank]->key
                                        : catalog->own_keys[rank - catalog->built_in_count];
}

static bool is_own(const portal_object *object, const char *name) {
  return strcmp(object->type_id, name) == 0 || strcasecmp(object->map_key, name) == 0 ||
         (strncasecmp(name, "p_", 2) == 0 && strcasecmp(object->name, name + 2) == 0);
}

const portal_object *portal_catalog_object(const portal_catalog *catalog, const char *name) {
  const tether_object_type *known = tether_object_type_find(name, strlen(name));
  if (known) return portal_catalog_object_by_key(catalog, key_of(known));
  for (size_t i = catalog->built_in_count; i < catalog->object_count; i++)
    if (is_own(catalog->objects[i], name)) return catalog->objects[i];
  return NULL;
}

uint64_t portal_catalog_generation(const portal_catalog *catalog) { return catalog->generation; }

portal_type *const *portal_catalog_types(const portal_catalog *catalog, size_t *count) {
  *count = catalog->type_count;
  return catalog->types;
}

portal_type *portal_catalog_type(const portal_catalog *catalog, int64_t key) {
  size_t place = place_of(catalog, key);
  return place < catalog->type_count && catalog->types[place]->key == key ? catalog->types[place] : NULL;
}

static portal_type *find_plain(const portal_catalog *catalog, const portal_object *from, const portal_object *to) {
  for (size_t i = 0; i < catalog->type_count; i++) {
    portal_type *type = catalog->types[i];
    if (type->kind == TETHER_UNLABELED && type->from == from && type->to == to) return type;
  }
  return NULL;
}

portal_type *portal_catalog_plain(portal_catalog *catalog, const portal_object *from, const portal_object *to) {
  if (catalog->plain.generation != catalog->generation || catalog->plain.from != from || catalog->plain.to != to) {
    catalog->plain.from = from;
    catalog->plain.to = to;
    catalog->plain.generation = catalog->generation;
    catalog->plain.type = find_plain(catalog, from, to);
  }
  return catalog->plain.type;
}

bool portal_catalog_is_implied(portal_catalog *catalog, const portal_type *type) {
  return type && type->key > 0 && type->kind == TETHER_UNLABELED &&
         portal_catalog_plain(catalog, type->from, type->to) == type;
}

const char *portal_type_category(const portal_type *type) { return type->key > 0 ? "HUBSPOT_DEFINED" : "USER_DEFINED"; }

int64_t portal_type_id(const portal_type *type) { return type->key > 0 ? type->key : -type->key; }

portal_type *portal_catalog_inverse(const portal_catalog *catalog, const portal_type *type) {
  return type->inverse ? portal_catalog_type(catalog, type->inverse) : NULL;
}
