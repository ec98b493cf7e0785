#include "portal/store/image.h"

#include <stdlib.h>

#include "portal/store/saved.h"

struct portal_image {
  tether_sql *sql;
  portal_graph *graph; /* NULL: the links are in rows, which any store can read */
  int64_t saved_changes;
  uint32_t saved_sets;
  int64_t next_id; /* an id that was given out is not given out again, even when its record is gone */
  portal_image_size size;
};

/* Each pair stands in two directions, but for records that are tied to themselves. */
static int64_t count_links(const portal_store *store) {
  uint32_t count;
  int64_t links = 0;
  const portal_way *ways = portal_graph_ways(store->graph, &count);
  for (uint32_t i = 0; i < count; i++)
    if (ways[i].key == 0 && ways[i].from <= ways[i].to)
      links += ways[i].from == ways[i].to ? ways[i].links / 2 : ways[i].links;
  return links;
}

static void measure(portal_image *image, portal_store *store) {
  int64_t page = tether_sql_number(image->sql, 0, "PRAGMA page_size", "");
  image->size.bytes = page * tether_sql_number(image->sql, 0, "PRAGMA page_count", "");
  image->size.records = tether_sql_number(store->sql, 0, "SELECT count(*) FROM records WHERE archived IS NULL", "");
  image->size.links = count_links(store);
}

/* Undoes a copy that failed. Rows of links that are left in the database do no harm: an account in memory never reads
 * them. */
static void take_back(portal_store *store) {
  tether_sql_forgive(store->sql);
  tether_sql_script(store->sql, "ROLLBACK");
  tether_sql_forgive(store->sql);
}

static bool copy_links(portal_image *image, portal_store *store, bool own) {
  if (own) image->graph = portal_graph_copy(store->graph);
  return own ? image->graph != NULL : store->lasting || portal_saved_write_whole(store);
}

static bool fill(portal_image *image, portal_store *store, bool own, tether_error *error) {
  bool fine = copy_links(image, store, own) && (image->sql = tether_sql_image(store->sql, error)) &&
              (own || store->lasting || portal_saved_drop(store));
  image->next_id = store->next_id;
  image->saved_changes = store->saved_changes;
  image->saved_sets = store->saved_sets;
  if (fine) measure(image, store);
  fine = fine && !tether_sql_failed(store->sql, NULL) && !tether_sql_failed(image->sql, NULL);
  if (!fine && !tether_sql_failed(store->sql, error)) tether_fail(error, TETHER_NO_MEMORY, "no memory for a snapshot");
  if (!fine) take_back(store);
  return fine;
}

portal_image *portal_image_take(portal_store *store, bool own, tether_error *error) {
  portal_image *image = calloc(1, sizeof *image);
  if (image && fill(image, store, own, error)) return image;
  if (!image) tether_fail(error, TETHER_NO_MEMORY, "no memory for a snapshot");
  portal_image_free(image);
  return NULL;
}

void portal_image_free(portal_image *image) {
  if (!image) return;
  tether_sql_close(image->sql);
  portal_graph_free(image->graph);
  free(image);
}

/* False: the store is as it was, or marked as damaged. */
static bool put(const portal_image *image, portal_store *store, portal_graph *graph) {
  if (!tether_sql_copy(image->sql, store->sql)) {
    portal_graph_free(graph);
    return false;
  }
  if (graph) store->saved_changes = image->saved_changes;
  if (graph) store->saved_sets = image->saved_sets;
  bool fine = portal_store_read(store, graph);
  store->next_id = image->next_id;
  store->damaged = !fine; /* all that could be damaged was replaced */
  return fine;
}

bool portal_image_put(const portal_image *image, portal_store *store, tether_error *error) {
  portal_graph *graph = image->graph ? portal_graph_copy(image->graph) : NULL;
  bool fine = (graph || !image->graph) && put(image, store, graph);
  if (!fine && !tether_sql_failed(store->sql, error))
    tether_fail(error, TETHER_NO_MEMORY, "no memory for the account of the snapshot");
  tether_sql_forgive(store->sql);
  return fine;
}

portal_image_size portal_image_measure(const portal_image *image) { return image->size; }
