#include "portal/hooks/queue.h"

#include <stdlib.h>

/* HubSpot tells only how many attempts there are in a day (wire.md, 13.2). These times between them are a guess, in
 * seconds. */
static const int32_t waits[PORTAL_RETRIES] = {60, 120, 300, 600, 1800, 3600, 7200, 14400, 21600, 36720};

int64_t portal_retry_after(int attempt) { return (int64_t)waits[attempt] * 1000; }

static bool grow(portal_queue *queue) {
  size_t capacity = queue->capacity ? queue->capacity * 2 : 64;
  char **events = calloc(capacity, sizeof *events);
  if (!events) return false;
  for (size_t i = 0; i < queue->count; i++) events[i] = queue->events[(queue->first + i) % queue->capacity];
  free(queue->events);
  queue->events = events;
  queue->first = 0;
  queue->capacity = capacity;
  return true;
}

void portal_queue_add(portal_queue *queue, char *event) {
  bool room = event && queue->held < PORTAL_EVENTS_HELD_MOST && (queue->count < queue->capacity || grow(queue));
  if (!room) {
    free(event);
    queue->dropped++;
    return;
  }
  queue->events[(queue->first + queue->count++) % queue->capacity] = event;
  queue->held++;
}

static void append(portal_deliveries *list, portal_delivery *delivery) {
  delivery->next = NULL;
  if (list->last)
    list->last->next = delivery;
  else
    list->first = delivery;
  list->last = delivery;
}

static portal_delivery *take_first(portal_deliveries *list) {
  portal_delivery *delivery = list->first;
  list->first = delivery->next;
  if (!list->first) list->last = NULL;
  return delivery;
}

/* A delivery of the events that have waited longest; its number is its owner's. */
static portal_delivery *gather(portal_queue *queue, size_t most) {
  size_t count = queue->count < most ? queue->count : most;
  portal_delivery *delivery = count ? calloc(1, sizeof *delivery + count * sizeof *delivery->events) : NULL;
  if (!delivery) return NULL;
  for (size_t i = 0; i < count; i++) {
    delivery->events[delivery->count++] = queue->events[queue->first];
    queue->first = (queue->first + 1) % queue->capacity;
  }
  queue->count -= count;
  return delivery;
}

portal_delivery *portal_queue_next(portal_queue *queue, int64_t now_ms, size_t most) {
  portal_delivery *delivery = NULL;
  for (size_t i = 0; i < PORTAL_RETRIES && !delivery; i++) {
    if (!queue->waiting[i].first || queue->waiting[i].first->due_ms > now_ms) continue;
    delivery = take_first(&queue->waiting[i]);
    queue->waits--;
  }
  if (!delivery) delivery = gather(queue, most);
  queue->under_way += delivery != NULL;
  return delivery;
}

int64_t portal_queue_due(const portal_queue *queue) {
  int64_t due = INT64_MAX;
  for (size_t i = 0; i < PORTAL_RETRIES; i++)
    if (queue->waiting[i].first && queue->waiting[i].first->due_ms < due) due = queue->waiting[i].first->due_ms;
  return due;
}

int64_t portal_queue_settle(portal_queue *queue, portal_delivery *delivery, bool taken, int64_t now_ms) {
  queue->under_way--;
  if (!taken && delivery->attempt < PORTAL_RETRIES) {
    delivery->due_ms = now_ms + portal_retry_after(delivery->attempt);
    append(&queue->waiting[delivery->attempt++], delivery);
    queue->waits++;
    return delivery->due_ms;
  }
  if (taken)
    queue->delivered += (int64_t)delivery->count;
  else
    queue->given_up += (int64_t)delivery->count;
  queue->held -= delivery->count;
  portal_delivery_free(delivery);
  return 0;
}

void portal_queue_clear(portal_queue *queue) {
  for (size_t i = 0; i < queue->count; i++) free(queue->events[(queue->first + i) % queue->capacity]);
  for (size_t i = 0; i < PORTAL_RETRIES; i++)
    while (queue->waiting[i].first) portal_delivery_free(take_first(&queue->waiting[i]));
  free(queue->events);
  *queue = (portal_queue){.under_way = queue->under_way};
}

void portal_delivery_free(portal_delivery *delivery) {
  for (size_t i = 0; i < delivery->count; i++) free(delivery->events[i]);
  free(delivery);
}

bool portal_delivery_write(const portal_delivery *delivery, tether_buffer *out, tether_error *error) {
  for (size_t i = 0; i < delivery->count; i++)
    if (!tether_buffer_text(out, i ? "," : "[", error) || !tether_buffer_text(out, delivery->events[i], error) ||
        !tether_buffer_format(out, error, ",\"attemptNumber\":%d}", delivery->attempt))
      return false;
  return tether_buffer_text(out, "]", error);
}
