#define _GNU_SOURCE /* memmem */
#include "portal/lab/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"

struct portal_log {
  portal_entry *ring;
  size_t capacity, first, count;
  size_t bytes, most_bytes;
  int64_t number;
};

portal_log *portal_log_new(size_t entries, size_t bytes) {
  portal_log *log = calloc(1, sizeof *log);
  if (!log) return NULL;
  log->ring = calloc(entries, sizeof *log->ring);
  log->capacity = entries;
  log->most_bytes = bytes;
  if (log->ring) return log;
  free(log);
  return NULL;
}

void portal_log_free(portal_log *log) {
  if (!log) return;
  portal_log_clear(log);
  free(log->ring);
  free(log);
}

void portal_entry_free(portal_entry *entry) {
  free(entry->operation);
  free(entry->method);
  free(entry->target);
  free(entry->headers);
  free(entry->body);
  *entry = (portal_entry){.number = 0};
}

static size_t size_of(const portal_entry *entry) {
  return strlen(entry->method) + strlen(entry->target) + strlen(entry->headers) + entry->length;
}

static void drop_first(portal_log *log) {
  portal_entry *entry = &log->ring[log->first];
  log->bytes -= size_of(entry);
  portal_entry_free(entry);
  log->first = (log->first + 1) % log->capacity;
  log->count--;
}

void portal_log_clear(portal_log *log) {
  while (log->count) drop_first(log);
}

static void mask(char *text, size_t length, const char *token) {
  size_t size = strlen(token);
  for (char *at = text; size && at && (at = memmem(at, length - (size_t)(at - text), token, size)); at += size)
    memset(at, '*', size);
}

static char *copy_bytes(const char *data, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy) return NULL;
  if (length) memcpy(copy, data, length);
  copy[length] = '\0';
  return copy;
}

/* Copies a text; bytes that are no UTF-8 are percent-encoded, because the log could not be read as JSON otherwise. */
static char *copy_readable(const char *text) {
  size_t length = strlen(text);
  char *copy = malloc(3 * length + 1), *at = copy;
  while (copy && length) {
    size_t fine = tether_utf8_bad(text, length);
    memcpy(at, text, fine);
    at += fine;
    if (fine < length) at += sprintf(at, "%%%02X", (unsigned char)text[fine++]);
    text += fine;
    length -= fine;
  }
  if (copy) *at = '\0';
  return copy;
}

static char *copy_headers(const portal_request *request) {
  portal_writer writer = {.failed = false};
  tether_buffer_init(&writer.buffer, TETHER_CEILING_FIELD);
  for (size_t i = 0; i < request->header_count; i++) {
    if (strcasecmp(request->headers[i].name, "Authorization") == 0) continue;
    portal_put(&writer, request->headers[i].name);
    portal_put(&writer, ": ");
    portal_put(&writer, request->headers[i].value);
    portal_put(&writer, "\n");
  }
  char *text = copy_bytes(writer.buffer.data, writer.buffer.length), *copy = text ? copy_readable(text) : NULL;
  free(text);
  tether_buffer_free(&writer.buffer);
  return copy;
}

static bool fill(portal_entry *entry, const portal_request *request) {
  entry->operation = strdup(request->operation);
  entry->method = strdup(request->method);
  entry->target = copy_readable(request->target);
  entry->headers = copy_headers(request);
  entry->length = request->secret ? 0 : request->length;
  entry->body = copy_bytes(request->body, entry->length);
  return entry->operation && entry->method && entry->target && entry->headers && entry->body;
}

void portal_log_add(portal_log *log, const portal_request *request, const portal_answer *answer, const char *token) {
  portal_entry entry = {.number = ++log->number,
                        .at_ms = request->started_ms,
                        .status = answer->status,
                        .took_us = tether_clock_us() - request->began_us,
                        .struck = request->struck};
  if (!fill(&entry, request) || size_of(&entry) > log->most_bytes) {
    portal_entry_free(&entry);
    return;
  }
  mask(entry.target, strlen(entry.target), token);
  if (request->secret && request->id) mask(entry.target, strlen(entry.target), request->id);
  mask(entry.headers, strlen(entry.headers), token);
  mask(entry.body, entry.length, token);
  while (log->count == log->capacity || log->bytes + size_of(&entry) > log->most_bytes) drop_first(log);
  log->bytes += size_of(&entry);
  log->ring[(log->first + log->count++) % log->capacity] = entry;
}

size_t portal_log_count(const portal_log *log) { return log->count; }

bool portal_log_copy(const portal_log *log, size_t i, portal_entry *copy) {
  if (i >= log->count) return false;
  const portal_entry *entry = &log->ring[(log->first + i) % log->capacity];
  *copy = *entry;
  copy->operation = strdup(entry->operation);
  copy->method = strdup(entry->method);
  copy->target = strdup(entry->target);
  copy->headers = strdup(entry->headers);
  copy->body = copy_bytes(entry->body, entry->length);
  if (copy->operation && copy->method && copy->target && copy->headers && copy->body) return true;
  portal_entry_free(copy);
  return false;
}

int64_t portal_log_last(const portal_log *log) { return log->number; }

size_t portal_log_above(const portal_log *log, int64_t number) {
  size_t low = 0, high = log->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (log->ring[(log->first + middle) % log->capacity].number > number)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* A body that is cut may end within a letter of UTF-8: the rest of that letter is dropped too. */
static json_t *body_json(const portal_entry *entry, size_t most) {
  size_t length = entry->length < most ? entry->length : most;
  size_t fine = tether_utf8_bad(entry->body, length);
  if (fine < length && (length == entry->length || length - fine > 3)) return json_null();
  return json_stringn(entry->body, fine);
}

json_t *portal_log_json(const portal_log *log, size_t place, size_t most, bool whole) {
  const portal_entry *entry = &log->ring[(log->first + place) % log->capacity];
  return json_pack("{s:I, s:I, s:I, s:s, s:s, s:s, s:i, s:b, s:I, s:o, s:s*}", "number", (json_int_t)entry->number,
                   "at_ms", (json_int_t)entry->at_ms, "took_us", (json_int_t)entry->took_us, "operation",
                   entry->operation, "method", entry->method, "path", entry->target, "status", entry->status, "fault",
                   entry->struck, "bytes", (json_int_t)entry->length, "body", body_json(entry, most), "headers",
                   whole ? entry->headers : NULL);
}
