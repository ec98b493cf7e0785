/* The queue of a webhook's deliveries, told the time: batches, attempts, what is given up and what is dropped. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "portal/hooks/queue.h"
#include "portal/hooks/sign.h"

static void add(portal_queue *queue, size_t count) {
  char text[32];
  for (size_t i = 0; i < count; i++) {
    snprintf(text, sizeof text, "{\"eventId\":%zu", i);
    portal_queue_add(queue, strdup(text));
  }
}

static void batches_and_retries(void) {
  portal_queue queue = {.held = 0};
  add(&queue, 150);
  portal_delivery *first = portal_queue_next(&queue, 1000, 100), *second = portal_queue_next(&queue, 1000, 100);
  CHECK(first && first->count == 100 && second && second->count == 50);
  CHECK(!portal_queue_next(&queue, 1000, 100) && queue.under_way == 2);
  CHECK(portal_queue_settle(&queue, first, true, 1000) == 0 && queue.delivered == 100);
  int64_t now = 1000, began = now;
  for (int attempt = 0; attempt < PORTAL_RETRIES; attempt++) {
    int64_t again = portal_queue_settle(&queue, second, false, now);
    CHECK(again == now + portal_retry_after(attempt) && portal_queue_due(&queue) == again);
    CHECK(!portal_queue_next(&queue, again - 1, 100));
    second = portal_queue_next(&queue, again, 100);
    CHECK(second && second->attempt == attempt + 1);
    now = again;
  }
  CHECK(now - began == 24 * 3600 * 1000LL);
  CHECK(portal_queue_settle(&queue, second, false, now) == 0 && queue.given_up == 50);
  CHECK(queue.held == 0 && queue.under_way == 0 && portal_queue_due(&queue) == INT64_MAX);
  portal_queue_clear(&queue);
}

static void body_has_the_attempt(void) {
  portal_queue queue = {.held = 0};
  tether_buffer out;
  tether_buffer_init(&out, 1000);
  add(&queue, 2);
  portal_delivery *delivery = portal_queue_next(&queue, 0, 100);
  portal_queue_settle(&queue, delivery, false, 0);
  delivery = portal_queue_next(&queue, 60000, 100);
  CHECK(delivery && portal_delivery_write(delivery, &out, NULL));
  static const char body[] = "[{\"eventId\":0,\"attemptNumber\":1},{\"eventId\":1,\"attemptNumber\":1}]";
  CHECK(out.length == sizeof body - 1 && memcmp(out.data, body, out.length) == 0);
  portal_queue_settle(&queue, delivery, true, 60000);
  portal_queue_clear(&queue);
  tether_buffer_free(&out);
}

static void holds_so_many(void) {
  portal_queue queue = {.held = 0};
  add(&queue, PORTAL_EVENTS_HELD_MOST + 5);
  CHECK(queue.held == PORTAL_EVENTS_HELD_MOST && queue.dropped == 5);
  portal_queue_add(&queue, NULL); /* there was no memory for it */
  CHECK(queue.dropped == 6);
  portal_queue_clear(&queue);
}

/* HubSpot's own vectors (csrc/data/wire.md, 13.4). */
static void signs_as_hubspot(void) {
  static const char body[] = "{\"example_field\":\"example_value\"}";
  portal_signed what = {.secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
                        .method = "POST",
                        .url = "https://www.example.com/webhook_uri",
                        .body = {body, sizeof body - 1},
                        .at_ms = 1693657560000};
  static const char wanted[] = "X-HubSpot-Signature-v3: oaA3M5dEtt6kFsseJD/Hv/x+JNl1vsoxFj4oxmwP6Go=\0"
                               "X-HubSpot-Request-Timestamp: 1693657560000\0"
                               "X-HubSpot-Signature: 9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900\0"
                               "X-HubSpot-Signature-Version: v2";
  tether_buffer out;
  tether_buffer_init(&out, 1000);
  CHECK(portal_sign(&what, PORTAL_SIGN_V3 | PORTAL_SIGN_V2, &out, NULL));
  CHECK(out.length == sizeof wanted && memcmp(out.data, wanted, out.length) == 0);
  tether_buffer_free(&out);
}

int main(void) {
  batches_and_retries();
  body_has_the_attempt();
  holds_so_many();
  signs_as_hubspot();
  return failed != 0;
}
