#include "portal/api/snapshots/snapshots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

typedef struct kept {
  char name[PORTAL_SNAPSHOT_NAME + 1];
  portal_snapshot *snapshot; /* NULL: a free place behind the last one */
} kept;

struct portal_snapshots {
  size_t count;
  kept list[PORTAL_SNAPSHOTS_MOST];
};

portal_snapshots *portal_snapshots_new(void) { return calloc(1, sizeof(portal_snapshots)); }

void portal_snapshots_free(portal_snapshots *snapshots) {
  for (size_t i = 0; snapshots && i < snapshots->count; i++) portal_snapshot_free(snapshots->list[i].snapshot);
  free(snapshots);
}

/* Its place; the place behind the last one when nothing has the name. */
static size_t place_of(const portal_snapshots *snapshots, const char *name) {
  size_t i = 0;
  while (i < snapshots->count && strcmp(snapshots->list[i].name, name) != 0) i++;
  return i;
}

static bool check_name(const char *name, tether_error *error) {
  size_t length = strlen(name);
  bool fine = length > 0 && length <= PORTAL_SNAPSHOT_NAME && tether_utf8_bad(name, length) == length;
  for (size_t i = 0; i < length && fine; i++) fine = (unsigned char)name[i] >= ' ' && name[i] != 0x7f;
  return fine || tether_fail(error, TETHER_BAD_ARGUMENT, "the name of a snapshot has 1 to %d bytes of readable text",
                             PORTAL_SNAPSHOT_NAME);
}

bool portal_snapshots_keep(portal_snapshots *snapshots, portal_app *app, const char *name, tether_error *error) {
  if (!check_name(name, error)) return false;
  size_t place = place_of(snapshots, name);
  if (place == PORTAL_SNAPSHOTS_MOST)
    return tether_fail(error, TETHER_BAD_ARGUMENT, "a portal keeps %d snapshots: drop one first",
                       PORTAL_SNAPSHOTS_MOST);
  portal_snapshot *snapshot = portal_snapshot_take(app, true, error);
  if (!snapshot) return false;
  portal_snapshot_free(snapshots->list[place].snapshot);
  snapshots->list[place].snapshot = snapshot;
  snprintf(snapshots->list[place].name, sizeof snapshots->list[place].name, "%s", name);
  if (place == snapshots->count) snapshots->count++;
  return true;
}

static bool unknown(const portal_snapshots *snapshots, const char *name, tether_error *error) {
  char names[200] = "";
  for (size_t i = 0; i < snapshots->count; i++) {
    size_t length = strlen(names);
    snprintf(names + length, sizeof names - length, "%s%.60s", i ? ", " : "", snapshots->list[i].name);
  }
  return snapshots->count
             ? tether_fail(error, TETHER_BAD_ARGUMENT, "there is no snapshot \"%.100s\", but: %s", name, names)
             : tether_fail(error, TETHER_BAD_ARGUMENT, "there is no snapshot \"%.100s\", nor any", name);
}

const portal_snapshot *portal_snapshots_find(const portal_snapshots *snapshots, const char *name, tether_error *error) {
  size_t place = place_of(snapshots, name);
  if (place < snapshots->count) return snapshots->list[place].snapshot;
  unknown(snapshots, name, error);
  return NULL;
}

bool portal_snapshots_drop(portal_snapshots *snapshots, const char *name, tether_error *error) {
  size_t place = place_of(snapshots, name);
  if (place == snapshots->count) return unknown(snapshots, name, error);
  portal_snapshot_free(snapshots->list[place].snapshot);
  snapshots->count--;
  memmove(&snapshots->list[place], &snapshots->list[place + 1], (snapshots->count - place) * sizeof *snapshots->list);
  snapshots->list[snapshots->count].snapshot = NULL;
  return true;
}

json_t *portal_snapshots_json(const portal_snapshots *snapshots) {
  json_t *list = json_array();
  for (size_t i = 0; i < snapshots->count; i++) {
    portal_image_size size = portal_snapshot_measure(snapshots->list[i].snapshot);
    json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I, s:I}", "name", snapshots->list[i].name, "made",
                                          (json_int_t)portal_snapshot_made_ms(snapshots->list[i].snapshot), "records",
                                          (json_int_t)size.records, "links", (json_int_t)size.links, "bytes",
                                          (json_int_t)size.bytes));
  }
  return json_pack("{s:o, s:i}", "snapshots", list, "most", PORTAL_SNAPSHOTS_MOST);
}
