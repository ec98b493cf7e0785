#include "portal/store/rules.h"

#include <string.h>

bool portal_typeset_has(const portal_typeset *set, const portal_type *type) {
  for (size_t i = 0; i < set->count; i++)
    if (set->list[i] == type) return true;
  return false;
}

void portal_typeset_add(portal_typeset *set, const portal_type *type) {
  if (type && set->count < PORTAL_TYPES_MOST && !portal_typeset_has(set, type)) set->list[set->count++] = type;
}

void portal_rules_write(const portal_typeset *present, const portal_typeset *sent, const portal_type *plain,
                        portal_manner manner, portal_typeset *after) {
  after->count = 0;
  for (size_t i = 0; i < present->count; i++) {
    const portal_type *type = present->list[i];
    bool own_label = type->key < 0 && type->label, plain_one = type->kind == TETHER_UNLABELED;
    if (manner == PORTAL_ADD || plain_one || (manner == PORTAL_REPLACE && !own_label)) portal_typeset_add(after, type);
  }
  for (size_t i = 0; i < sent->count; i++) portal_typeset_add(after, sent->list[i]);
  if (after->count > 0) portal_typeset_add(after, plain);
}

void portal_rules_remove(const portal_typeset *present, const portal_typeset *named, portal_typeset *after) {
  after->count = 0;
  for (size_t i = 0; i < named->count; i++)
    if (named->list[i]->kind == TETHER_UNLABELED) return;
  for (size_t i = 0; i < present->count; i++)
    if (!portal_typeset_has(named, present->list[i])) portal_typeset_add(after, present->list[i]);
}

/* Primary types point at the one company (lead: contact, company, deal); their inverses may be many. */
bool portal_rules_is_exclusive(const portal_type *type) {
  if (type->kind == TETHER_PRIMARY)
    return strcmp(type->to->singular, "company") == 0 || strcmp(type->from->singular, "lead") == 0;
  return type->kind == TETHER_HIERARCHY && strncmp(type->name, "child_to", 8) == 0;
}

bool portal_rules_limit_fits(portal_type *const *types, size_t count, const portal_type *type, int64_t most,
                             int64_t technical, bool apart, int64_t *least_allowed, int64_t *most_allowed) {
  *least_allowed = 1;
  *most_allowed = technical - 1;
  for (size_t i = 0; i < count; i++) {
    const portal_type *other = types[i];
    if (other == type || other->most == 0 || other->from != type->from || other->to != type->to) continue;
    bool plain = type->kind == TETHER_UNLABELED, other_plain = other->kind == TETHER_UNLABELED;
    if (!plain && other_plain && other->most - apart < *most_allowed) *most_allowed = other->most - apart;
    if (plain && !other_plain && other->most + apart > *least_allowed) *least_allowed = other->most + apart;
  }
  return most >= *least_allowed && most <= *most_allowed;
}
