/* The queue of a webhook's deliveries, told the time: batches, attempts, what is given up and what is dropped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "portal/hooks/apps.h"
#include "portal/hooks/journal.h"
#include "portal/hooks/queue.h"
#include "portal/hooks/sign.h"
#include "portal/hooks/target.h"

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

static bool signed_alike(const char *one, const char *other) {
  tether_buffer of_one, of_other;
  portal_signed what = {.secret = "a secret", .method = "POST", .url = one, .body = {"[]", 2}, .at_ms = 1};
  tether_buffer_init(&of_one, 1000);
  tether_buffer_init(&of_other, 1000);
  CHECK(portal_sign(&what, PORTAL_SIGN_V3, &of_one, NULL));
  what.url = other;
  CHECK(portal_sign(&what, PORTAL_SIGN_V3, &of_other, NULL));
  bool alike = of_one.length == of_other.length && memcmp(of_one.data, of_other.data, of_one.length) == 0;
  tether_buffer_free(&of_one);
  tether_buffer_free(&of_other);
  return alike;
}

/* Twelve escapes are decoded, in letters of either size, and no others (csrc/data/wire.md, 13.4). */
static void an_address_is_signed_decoded(void) {
  static const char signs[] = ":/?@!$\'()*,;";
  for (const char *sign = signs; *sign; sign++) {
    char plain[] = {'h', *sign, 'x', 0}, large[10], small[10];
    snprintf(large, sizeof large, "h%%%02Xx", *sign);
    snprintf(small, sizeof small, "h%%%02xx", *sign);
    CHECK(signed_alike(plain, large) && signed_alike(plain, small));
  }
  CHECK(!signed_alike("h x", "h%20x") && !signed_alike("h=x", "h%3Dx") && !signed_alike("h&x", "h%26x"));
}

static void version_1_signs_secret_and_body(void) {
  static const char body[] = "{\"example_field\":\"example_value\"}",
                    wanted[] = "X-HubSpot-Signature: 54b2530692e3a3982727206aeee670ed1d85319cad55d4ddbafcf41725ebf2b3\0"
                               "X-HubSpot-Signature-Version: v1";
  portal_signed what = {.secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
                        .method = "POST",
                        .url = "https://www.example.com/webhook_uri",
                        .body = {body, sizeof body - 1}};
  tether_buffer out;
  tether_buffer_init(&out, 1000);
  CHECK(portal_sign(&what, PORTAL_SIGN_V1, &out, NULL));
  CHECK(out.length == sizeof wanted && memcmp(out.data, wanted, out.length) == 0);
  tether_buffer_free(&out);
}

/* As many as an app may have, each once; those that stay are found by their ids when another one goes. */
static void subscriptions_are_each_kept_once(void) {
  static portal_apps apps;
  portal_problem problem = {.status = 0};
  portal_hooked *app = portal_apps_take(&apps, 7, 1000);
  char name[20];
  portal_subscription wanted = {.event_type = "contact.propertyChange", .property = name};
  int64_t ids[PORTAL_SUBSCRIPTIONS_MOST];
  for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < PORTAL_SUBSCRIPTIONS_MOST; i++) {
      snprintf(name, sizeof name, "p%d", i);
      const portal_subscription *made = portal_apps_subscribe(&apps, app, &wanted, &problem);
      CHECK(made && (turn == 0 || made->id == ids[i]));
      ids[i] = made ? made->id : 0;
    }
  wanted.property = "another";
  CHECK(!portal_apps_subscribe(&apps, app, &wanted, &problem) && problem.status == 400);
  portal_problem_clear(&problem);
  portal_apps_unsubscribe(app, portal_apps_subscription(app, ids[10]));
  CHECK(app->count == PORTAL_SUBSCRIPTIONS_MOST - 1 && !portal_apps_subscription(app, ids[10]));
  for (int i = 0; i < PORTAL_SUBSCRIPTIONS_MOST; i++) {
    const portal_subscription *one = portal_apps_subscription(app, ids[i]);
    snprintf(name, sizeof name, "p%d", i);
    CHECK(i == 10 || (one && strcmp(one->property, name) == 0));
  }
  wanted.property = NULL; /* one without a property is another one */
  const portal_subscription *bare = portal_apps_subscribe(&apps, app, &wanted, &problem);
  CHECK(bare && !bare->property && app->count == PORTAL_SUBSCRIPTIONS_MOST);
  portal_apps_clear(&apps);
}

/* The last thousand attempts, the oldest first. */
static void the_log_holds_so_many(void) {
  static portal_journal journal;
  portal_attempt attempt = {.url = "http://127.0.0.1/", .body = "[]", .length = 2};
  for (int i = 0; i < PORTAL_JOURNAL_ENTRIES + 5; i++) {
    attempt.delivery = i;
    portal_journal_add(&journal, &attempt);
  }
  CHECK(journal.count == PORTAL_JOURNAL_ENTRIES && journal.bytes == 2 * PORTAL_JOURNAL_ENTRIES);
  for (size_t i = 0; i < journal.count; i++)
    CHECK(journal.ring[(journal.first + i) % PORTAL_JOURNAL_ENTRIES].delivery == (int64_t)i + 5);
  portal_journal_clear(&journal);
  CHECK(journal.count == 0 && journal.bytes == 0);
}

static void a_portal_sends_to_this_machine(void) {
  static const struct {
    const char *url, *hosts;
    bool allowed, told;
  } targets[] = {{"http://127.0.0.1:1/x", NULL, true, false},
                 {"http://127.8.9.10/", NULL, true, false},
                 {"https://LOCALHOST/x?y", NULL, true, false},
                 {"http://[::1]:80/", NULL, true, false},
                 {"http://128.0.0.1/", NULL, false, false},
                 {"http://hooks.example/", NULL, false, false},
                 {"http://hooks.example/", "a.example,Hooks.Example", true, true},
                 {"http://hooks.example/", "hooks.example.org,hooks", false, false},
                 {"http://hooks.example.org/", "hooks.example", false, false},
                 {"http://127.0.0.1/#x", NULL, false, false},
                 {"http://user@127.0.0.1/", NULL, false, false},
                 {"ftp://127.0.0.1/", NULL, false, false},
                 {"127.0.0.1", NULL, false, false}};
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    portal_problem problem = {.status = 0};
    bool told = false;
    CHECK(portal_target_check(targets[i].url, targets[i].hosts, &told, &problem) == targets[i].allowed);
    CHECK(told == targets[i].told && (targets[i].allowed || problem.status == 400));
    portal_problem_clear(&problem);
    if (failed) fprintf(stderr, "%s\n", targets[i].url);
  }
}

int main(void) {
  an_address_is_signed_decoded();
  version_1_signs_secret_and_body();
  subscriptions_are_each_kept_once();
  the_log_holds_so_many();
  a_portal_sends_to_this_machine();
  batches_and_retries();
  body_has_the_attempt();
  holds_so_many();
  signs_as_hubspot();
  return failed != 0;
}
