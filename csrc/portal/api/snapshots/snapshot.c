#include "portal/api/snapshots/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct portal_snapshot {
  portal_image *image;
  portal_faults *faults;
  portal_clock clock;
  int64_t switches[PORTAL_SWITCH_COUNT];
  int64_t made_ms;
};

static portal_snapshot *fail(portal_snapshot *snapshot, tether_error *error) {
  portal_snapshot_free(snapshot);
  tether_fail(error, TETHER_NO_MEMORY, "no memory for a snapshot");
  return NULL;
}

portal_snapshot *portal_snapshot_take(portal_app *app, bool own, tether_error *error) {
  portal_snapshot *snapshot = calloc(1, sizeof *snapshot);
  if (!snapshot) return fail(NULL, error);
  snapshot->faults = portal_faults_copy(app->faults);
  if (!snapshot->faults) return fail(snapshot, error);
  snapshot->clock = app->store.clock;
  memcpy(snapshot->switches, app->store.switches, sizeof snapshot->switches);
  snapshot->made_ms = tether_clock_wall_ms();
  snapshot->image = portal_image_take(&app->store, own, error);
  if (snapshot->image) return snapshot;
  portal_snapshot_free(snapshot);
  return NULL;
}

void portal_snapshot_free(portal_snapshot *snapshot) {
  if (!snapshot) return;
  portal_image_free(snapshot->image);
  portal_faults_free(snapshot->faults);
  free(snapshot);
}

bool portal_snapshot_put(const portal_snapshot *snapshot, portal_app *app, tether_error *error) {
  portal_faults *faults = portal_faults_copy(snapshot->faults);
  if (!faults) return tether_fail(error, TETHER_NO_MEMORY, "no memory for the faults of the snapshot");
  if (!portal_image_put(snapshot->image, &app->store, error)) {
    portal_faults_free(faults);
    return false;
  }
  portal_faults_free(app->faults);
  app->faults = faults;
  app->store.clock = snapshot->clock;
  memcpy(app->store.switches, snapshot->switches, sizeof snapshot->switches);
  portal_hooks_set(app->hooks, &app->store);
  return true;
}

int64_t portal_snapshot_made_ms(const portal_snapshot *snapshot) { return snapshot->made_ms; }

portal_image_size portal_snapshot_measure(const portal_snapshot *snapshot) {
  return portal_image_measure(snapshot->image);
}
