#include "portal/api/page/files.h"

#include <string.h>

#include "portal/api/handlers.h"
#include "portal/page/files_table.h" /* generated: `files` */

const portal_file *portal_file_named(const char *name) {
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(files[i].name, name) == 0) return &files[i];
  return NULL;
}

static bool answer(portal_call *call, const char *name) {
  const portal_file *file = portal_file_named(name);
  if (!file) return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "The page has no file %.60s", name);
  if (!tether_buffer_add(&call->answer->text.buffer, file->data, file->length, NULL)) call->answer->text.failed = true;
  call->answer->type = file->type;
  call->answer->status = 200;
  return true;
}

bool portal_page(portal_call *call) { return answer(call, "index.html"); }

bool portal_page_file(portal_call *call) { return answer(call, call->request->id); }
