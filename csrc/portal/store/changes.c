#include "portal/store/changes.h"

#include <stdlib.h>

#include "base/buffer.h"

static void release(portal_noted *change) {
  free(change->name);
  free(change->value);
}

bool portal_changes_add(portal_changes *changes, portal_noted change) {
  bool full = changes->count == PORTAL_CHANGES_MOST;
  if (changes->wanted && !full && tether_grow(&changes->list, &changes->capacity, changes->count + 1, sizeof change)) {
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
