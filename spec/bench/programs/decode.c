/* decode PARSER FILE TURNS: reads the answer of a batch read so many times, and prints its figures, the sum of
 * ids and types of one reading, and the bytes read. PARSER is tether, jansson (a tree, walked) or yajl (events). All
 * sum up the same ids and types. */
#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "core/wire/reading.h"
#include "figures.h"

typedef struct {
  uint64_t links, sum;
} total;

static void add(total *t, int64_t from, int64_t to, size_t types) {
  t->links++;
  t->sum += ((uint64_t)from * 31 + (uint64_t)to) * (1 + types);
}

static bool with_tether(const char *data, size_t length, total *t) {
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_error error;
  tether_reading_init(&reading, links);
  bool fine = tether_decode_batch_read(data, length, &reading, &error);
  tether_view rows = tether_links_view(links);
  for (size_t i = 0; i < rows.count; i++) {
    size_t types;
    (void)tether_typesets_at(tether_links_sets(links), rows.types[i], &types);
    add(t, rows.from[i], rows.to[i], types);
  }
  tether_reading_free(&reading);
  tether_links_free(links);
  return fine;
}

static bool with_jansson(const char *data, size_t length, total *t) {
  json_t *root = json_loadb(data, length, 0, NULL), *result, *link;
  size_t i, k;
  json_array_foreach(json_object_get(root, "results"), i, result) {
    const char *from = json_string_value(json_object_get(json_object_get(result, "from"), "id"));
    json_array_foreach(json_object_get(result, "to"), k, link) {
      json_t *types = json_object_get(link, "associationTypes"), *type;
      size_t n, known = 0;
      json_array_foreach(types, n, type) { known += json_integer_value(json_object_get(type, "typeId")) > 0; }
      add(t, strtoll(from, NULL, 10), json_integer_value(json_object_get(link, "toObjectId")), known);
    }
  }
  json_decref(root);
  return root != NULL;
}

/* -- yajl: which key was last, and what has been met of the link under way ------------------------------------------
 */

typedef struct {
  total *t;
  char key[24];
  int64_t from, to;
  size_t types;
} walk;

static int on_key(void *user, const unsigned char *text, size_t length) {
  walk *w = user;
  size_t kept = length < sizeof w->key ? length : sizeof w->key - 1;
  memcpy(w->key, text, kept);
  w->key[kept] = '\0';
  return 1;
}

static int on_number(void *user, const char *text, size_t length) {
  walk *w = user;
  (void)length;
  if (strcmp(w->key, "toObjectId") == 0) w->to = strtoll(text, NULL, 10);
  if (strcmp(w->key, "typeId") == 0) w->types++;
  return 1;
}

static int on_string(void *user, const unsigned char *text, size_t length) {
  walk *w = user;
  (void)length;
  if (strcmp(w->key, "id") == 0) w->from = strtoll((const char *)text, NULL, 10);
  return 1;
}

static int on_array_end(void *user) {
  walk *w = user;
  if (w->types) add(w->t, w->from, w->to, w->types);
  w->types = 0;
  return 1;
}

static bool with_yajl(const char *data, size_t length, total *t) {
  static const yajl_callbacks callbacks = {
      .yajl_map_key = on_key, .yajl_number = on_number, .yajl_string = on_string, .yajl_end_array = on_array_end};
  walk w = {.t = t};
  yajl_handle parser = yajl_alloc(&callbacks, NULL, &w);
  bool fine = yajl_parse(parser, (const unsigned char *)data, length) == yajl_status_ok &&
              yajl_complete_parse(parser) == yajl_status_ok;
  yajl_free(parser);
  return fine;
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) exit(2);
  *length = (size_t)ftell(file);
  char *data = malloc(*length + 1);
  rewind(file);
  if (!data || fread(data, 1, *length, file) != *length) exit(2);
  fclose(file);
  data[*length] = '\0';
  return data;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  size_t length;
  char *data = read_file(arguments[2], &length);
  total t = {0, 0};
  mallopt(M_TRIM_THRESHOLD, 1 << 30); /* memory that was freed is kept, or the kernel's part would hide the parser's */
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  figures begin = figures_begin();
  long turns = strtol(arguments[3], NULL, 10);
  for (long turn = 0; turn < turns; turn++) {
    t.sum = 0;
    bool fine = strcmp(arguments[1], "tether") == 0 ? with_tether(data, length, &t)
                : strcmp(arguments[1], "yajl") == 0 ? with_yajl(data, length, &t)
                                                    : with_jansson(data, length, &t);
    if (!fine) return 1;
  }
  figures_print(begin, t.links);
  printf(" %lld %zu\n", (long long)t.sum, length * (size_t)turns);
  free(data);
  return 0;
}
