#include "portal/store/changes.h"

#include <stdlib.h>

static void release(portal_noted *change) {
  free(change->name);
  free(change->value);
}

static bool grow(portal_changes *changes) {
  size_t capacity = changes->capacity ? changes->capacity * 2 : 64;
  portal_noted *list = realloc(changes->list, capacity * sizeof *list);
  if (!list) return false;
  changes->list = list;
  changes->capacity = capacity;
  return true;
}

bool portal_changes_add(portal_changes *changes, portal_noted change) {
  bool full = changes->count == PORTAL_CHANGES_MOST;
  if (changes->wanted && !full && (changes->count < changes->capacity || grow(changes))) {
    changes->list[changes->count++] = change;
    return true;
  }
  release(&change);
  changes->lost += changes->wanted && full;
  return !changes->wanted || full;
}

void portal_changes_cut(portal_changes *changes, size_t count) {
  while (changes->count > count) release(&changes->list[--changes->count]);
  if (count == 0) changes->lost = 0;
}

void portal_changes_free(portal_changes *changes) {
  portal_changes_cut(changes, 0);
  free(changes->list);
  *changes = (portal_changes){.count = 0};
}
