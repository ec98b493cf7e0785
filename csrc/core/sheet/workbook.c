#include "core/sheet/workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sheet/xml.h"

enum { PATH = 512 };

/* -- relations: which id stands for which part --------------------------------------------------------------------- */

typedef struct {
  char *id, *type, *target;
} relation;

typedef struct {
  relation *list;
  size_t count;
} relations;

static void free_relations(relations *found) {
  for (size_t i = 0; i < found->count; i++) {
    free(found->list[i].id);
    free(found->list[i].type);
    free(found->list[i].target);
  }
  free(found->list);
  *found = (relations){NULL, 0};
}

static bool no_memory(tether_error *error) {
  return tether_fail(error, TETHER_NO_MEMORY, "no memory for the parts of a workbook");
}

static bool on_relation(void *self, const char *name, const char **attributes, tether_error *error) {
  relations *found = self;
  const char *id = tether_xml_attribute(attributes, "Id"), *type = tether_xml_attribute(attributes, "Type"),
             *target = tether_xml_attribute(attributes, "Target");
  if (strcmp(name, "Relationship") != 0 || !id || !type || !target) return true;
  if (found->count == TETHER_PACK_ENTRIES)
    return tether_fail(error, TETHER_TOO_LARGE, "a workbook of more than %d parts", TETHER_PACK_ENTRIES);
  relation *list = realloc(found->list, (found->count + 1) * sizeof *list);
  if (!list) return no_memory(error);
  found->list = list;
  relation *added = &list[found->count++];
  *added = (relation){strdup(id), strdup(type), strdup(target)};
  return (added->id && added->type && added->target) || no_memory(error);
}

static bool on_end(void *self, const char *name, tether_error *error) {
  (void)self, (void)name, (void)error;
  return true;
}

static bool on_text(void *self, const char *text, size_t length, tether_error *error) {
  (void)self, (void)text, (void)length, (void)error;
  return true;
}

static bool read_part(tether_pack *pack, const char *part, tether_xml_events events, tether_error *error) {
  size_t i;
  if (!tether_pack_find(pack, part, &i))
    return tether_fail(error, TETHER_FILE_BROKEN, "it is no whole workbook: %s is missing", part);
  return tether_pack_enter(pack, i, error) && tether_xml_whole(tether_pack_bytes(pack), part, events, error);
}

static bool read_relations(tether_pack *pack, const char *part, relations *found, tether_error *error) {
  return read_part(pack, part, (tether_xml_events){found, on_relation, on_end, on_text}, error);
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), wanted = strlen(end);
  return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* The entry that a relation of a part leads to: a target begins at the root, or in the folder of the part. */
static bool resolve(const char *part, const char *target, char *out) {
  const char *slash = strrchr(part, '/');
  int folder = slash ? (int)(slash - part) + 1 : 0;
  int length =
      *target == '/' ? snprintf(out, PATH, "%s", target + 1) : snprintf(out, PATH, "%.*s%s", folder, part, target);
  return length > 0 && length < PATH;
}

/* The entry of the first relation of a kind; false: there is none. */
static bool find_kind(const relations *found, const char *part, const char *kind, char *out) {
  for (size_t i = 0; i < found->count; i++)
    if (ends_with(found->list[i].type, kind)) return resolve(part, found->list[i].target, out);
  return false;
}

/* -- sheets -------------------------------------------------------------------------------------------------------- */

typedef struct {
  tether_workbook *workbook;
  const relations *relations;
  const char *part;
} reading;

/* The entry of a sheet with cells. */
static char *part_of(const reading *self, const char *id) {
  char path[PATH];
  for (size_t i = 0; id && i < self->relations->count; i++) {
    const relation *found = &self->relations->list[i];
    if (strcmp(found->id, id) == 0 && ends_with(found->type, "/worksheet") && resolve(self->part, found->target, path))
      return strdup(path);
  }
  return NULL;
}

static bool on_sheet(void *self, const char *name, const char **attributes, tether_error *error) {
  reading *state = self;
  tether_workbook *workbook = state->workbook;
  const char *title = tether_xml_attribute(attributes, "name"), *seen = tether_xml_attribute(attributes, "state");
  if (strcmp(name, "sheet") != 0 || !title) return true;
  if (workbook->count == TETHER_WORKBOOK_SHEETS)
    return tether_fail(error, TETHER_TOO_LARGE, "a workbook of more than %d sheets", TETHER_WORKBOOK_SHEETS);
  tether_workbook_sheet *sheets = realloc(workbook->sheets, (workbook->count + 1) * sizeof *sheets);
  if (!sheets) return no_memory(error);
  workbook->sheets = sheets;
  tether_workbook_sheet *added = &sheets[workbook->count++];
  *added = (tether_workbook_sheet){strdup(title), part_of(state, tether_xml_attribute(attributes, "id")),
                                   seen && strcmp(seen, "visible") != 0};
  return added->name || no_memory(error);
}

/* The entry with the relations of a part. */
static bool relations_of(const char *part, char *out) {
  const char *slash = strrchr(part, '/'), *base = slash ? slash + 1 : part;
  int length = snprintf(out, PATH, "%.*s_rels/%s.rels", (int)(base - part), part, base);
  return length > 0 && length < PATH;
}

static bool read_sheets(tether_pack *pack, const char *part, tether_workbook *workbook, tether_error *error) {
  relations found = {NULL, 0};
  char path[PATH];
  bool fine = relations_of(part, path) ? read_relations(pack, path, &found, error)
                                       : tether_fail(error, TETHER_FILE_BROKEN, "a part with a name of %d bytes", PATH);
  reading state = {workbook, &found, part};
  fine = fine && read_part(pack, part, (tether_xml_events){&state, on_sheet, on_end, on_text}, error);
  if (fine && find_kind(&found, part, "/sharedStrings", path)) {
    workbook->strings = strdup(path);
    fine = workbook->strings || no_memory(error);
  }
  free_relations(&found);
  return fine;
}

bool tether_workbook_read(tether_pack *pack, tether_workbook *workbook, tether_error *error) {
  relations found = {NULL, 0};
  char part[PATH] = "xl/workbook.xml";
  size_t i;
  *workbook = (tether_workbook){NULL, 0, NULL};
  bool fine = !tether_pack_find(pack, "_rels/.rels", &i) || read_relations(pack, "_rels/.rels", &found, error);
  if (fine) find_kind(&found, "", "/officeDocument", part);
  free_relations(&found);
  return fine && read_sheets(pack, part, workbook, error);
}

void tether_workbook_free(tether_workbook *workbook) {
  for (size_t i = 0; i < workbook->count; i++) {
    free(workbook->sheets[i].name);
    free(workbook->sheets[i].part);
  }
  free(workbook->sheets);
  free(workbook->strings);
  *workbook = (tether_workbook){NULL, 0, NULL};
}
