#include "portal/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct portal_log {
  pthread_mutex_t mutex;
  portal_log_entry **entries;
  size_t count, capacity;
};

portal_log *portal_log_new(void) {
  portal_log *log = calloc(1, sizeof *log);
  if (log) pthread_mutex_init(&log->mutex, NULL);
  return log;
}

static void entry_free(portal_log_entry *entry) {
  if (!entry) return;
  free(entry->method);
  free(entry->path);
  free(entry->headers);
  free(entry->body);
  free(entry);
}

void portal_log_clear(portal_log *log) {
  pthread_mutex_lock(&log->mutex);
  for (size_t i = 0; i < log->count; i++) entry_free(log->entries[i]);
  log->count = 0;
  pthread_mutex_unlock(&log->mutex);
}

void portal_log_free(portal_log *log) {
  if (!log) return;
  portal_log_clear(log);
  pthread_mutex_destroy(&log->mutex);
  free(log->entries);
  free(log);
}

static portal_log_entry *copy(const portal_log_entry *from) {
  portal_log_entry *entry = calloc(1, sizeof *entry);
  if (!entry) return NULL;
  entry->method = strdup(from->method);
  entry->path = strdup(from->path);
  entry->headers = strdup(from->headers);
  entry->body = malloc(from->body_length + 1);
  if (!entry->method || !entry->path || !entry->headers || !entry->body) {
    entry_free(entry);
    return NULL;
  }
  if (from->body_length) memcpy(entry->body, from->body, from->body_length);
  entry->body_length = from->body_length;
  entry->status = from->status;
  return entry;
}

static bool grow(portal_log *log) {
  if (log->count < log->capacity) return true;
  if (log->count >= PORTAL_LOG_CEILING) return false;
  size_t capacity = log->capacity ? log->capacity * 2 : 64;
  portal_log_entry **entries = realloc(log->entries, capacity * sizeof *entries);
  if (!entries) return false;
  log->entries = entries;
  log->capacity = capacity;
  return true;
}

void portal_log_add(portal_log *log, const portal_log_entry *from) {
  portal_log_entry *entry = copy(from);
  if (!entry) return;
  pthread_mutex_lock(&log->mutex);
  bool kept = grow(log);
  if (kept) log->entries[log->count++] = entry;
  pthread_mutex_unlock(&log->mutex);
  if (!kept) entry_free(entry);
}

size_t portal_log_count(portal_log *log) {
  pthread_mutex_lock(&log->mutex);
  size_t count = log->count;
  pthread_mutex_unlock(&log->mutex);
  return count;
}

const portal_log_entry *portal_log_at(portal_log *log, size_t index) {
  pthread_mutex_lock(&log->mutex);
  const portal_log_entry *entry = index < log->count ? log->entries[index] : NULL;
  pthread_mutex_unlock(&log->mutex);
  return entry;
}
