#include "portal/hooks/journal.h"

#include <stdlib.h>

static void drop_first(portal_journal *journal) {
  portal_attempt *entry = &journal->ring[journal->first];
  journal->bytes -= entry->length;
  free(entry->problem);
  free(entry->url);
  free(entry->body);
  *entry = (portal_attempt){.number = 0};
  journal->first = (journal->first + 1) % PORTAL_JOURNAL_ENTRIES;
  journal->count--;
}

void portal_journal_clear(portal_journal *journal) {
  while (journal->count) drop_first(journal);
}

void portal_journal_add(portal_journal *journal, const portal_attempt *attempt) {
  portal_attempt copy = *attempt;
  copy.number = ++journal->number;
  while (journal->count &&
         (journal->count == PORTAL_JOURNAL_ENTRIES || journal->bytes + attempt->length > PORTAL_JOURNAL_BYTES))
    drop_first(journal);
  copy.problem = attempt->problem ? strdup(attempt->problem) : NULL;
  copy.url = strdup(attempt->url);
  copy.body = strndup(attempt->body, attempt->length);
  if (!copy.url || !copy.body) {
    free(copy.problem);
    free(copy.url);
    free(copy.body);
    return;
  }
  journal->ring[(journal->first + journal->count++) % PORTAL_JOURNAL_ENTRIES] = copy;
  journal->bytes += copy.length;
}

static bool write_one(const portal_attempt *entry, tether_buffer *out, tether_error *error) {
  json_t *events = json_loadb(entry->body, entry->length, 0, NULL);
  json_t *line = json_pack("{s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:I, s:s, s:o*, s:s*}", "number",
                           (json_int_t)entry->number, "delivery", (json_int_t)entry->delivery, "appId",
                           (json_int_t)entry->app, "at_ms", (json_int_t)entry->at_ms, "took_ms",
                           (json_int_t)entry->took_ms, "attempt", entry->attempt, "status", entry->status, "count",
                           (json_int_t)entry->events, "url", entry->url, "events", events, "problem", entry->problem);
  if (line && entry->next_ms) json_object_set_new(line, "next_ms", json_integer(entry->next_ms));
  char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
  bool fine = text ? tether_buffer_text(out, text, error) && tether_buffer_text(out, "\n", error)
                   : tether_fail(error, TETHER_NO_MEMORY, "no memory for the log of deliveries");
  free(text);
  json_decref(line);
  return fine;
}

bool portal_journal_write(const portal_journal *journal, tether_buffer *out, tether_error *error) {
  for (size_t i = 0; i < journal->count; i++)
    if (!write_one(&journal->ring[(journal->first + i) % PORTAL_JOURNAL_ENTRIES], out, error)) return false;
  return true;
}
