#include "portal/lab/counters.h"

#include <jansson.h>
#include <stdlib.h>

bool portal_counters_write(const portal_counters *counters, int64_t linked, tether_buffer *out, tether_error *error) {
  json_t *operations = json_object();
  for (size_t i = 0; i < PORTAL_OPERATIONS_MOST; i++)
    if (counters->operations[i].name)
      json_object_set_new(operations, counters->operations[i].name, json_integer(counters->operations[i].count));
  json_t *all = json_pack("{s:I, s:I, s:I, s:I, s:o}", "requests", (json_int_t)counters->requests, "faults",
                          (json_int_t)counters->faults, "rateLimited", (json_int_t)counters->rate_limited, "linked",
                          (json_int_t)linked, "operations", operations);
  char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
  json_decref(all);
  bool fine = text ? tether_buffer_text(out, text, error) : tether_fail(error, TETHER_NO_MEMORY, "no memory");
  free(text);
  return fine;
}
