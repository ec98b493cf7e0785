/* The reference of writing and reading: a bare libcurl multi loop, with the least that anybody would have to do.
 *
 * bare URL MODE INPUTS CONNECTIONS, prints its figures. MODE is "write" or "read": bodies are encoded from arrays and
 * answers scanned for their ids; "write-ready" or "read-ready": one body for all, answers are thrown away. Inputs go
 * in batches of 2,000 links or 1,000 records. Nothing is checked but the ids of a write. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"

enum { WRITE = 2000, READ = 1000, SLOTS = 64, INPUT_BYTES = 160 };

typedef struct {
  CURL *easy;
  char *body, *answer;
  size_t answer_length, answer_capacity;
} slot;

typedef struct {
  bool reads, ready; /* ready: nothing is encoded or scanned */
  size_t batch, inputs, sent, done;
  int64_t *from, *to;
  uint64_t sum; /* of what was read, so that it is read */
} job;

static char *put(char *at, const char *text) {
  size_t length = strlen(text);
  memcpy(at, text, length);
  return at + length;
}

static char *put_number(char *at, int64_t value) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count) *at++ = digits[--count];
  return at;
}

static size_t encode(const job *j, char *body, const int64_t *from, const int64_t *to) {
  char *at = put(body, "{\"inputs\":[");
  for (size_t i = 0; i < j->batch; i++) {
    if (i) *at++ = ',';
    at = put(at, j->reads ? "{\"id\":\"" : "{\"from\":{\"id\":\"");
    at = put_number(at, from[i]);
    if (!j->reads) {
      at = put(at, "\"},\"to\":{\"id\":\"");
      at = put_number(at, to[i]);
      at = put(at, "\"},\"types\":[{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":279}]}");
    } else {
      at = put(at, "\"}");
    }
  }
  return (size_t)(put(at, "]}") - body);
}

/* Finds the next number behind a key; false: there is none. */
static bool find(const char **at, const char *end, const char *key, int64_t *value) {
  const char *found = memmem(*at, (size_t)(end - *at), key, strlen(key));
  if (!found) return false;
  *value = strtoll(found + strlen(key), (char **)at, 10);
  return true;
}

/* The two ids of each result, compared with what was sent. */
static size_t scan_written(const slot *one, const int64_t *from, const int64_t *to, size_t count) {
  const char *at = one->answer, *end = at + one->answer_length;
  int64_t a, b;
  size_t row = 0;
  while (row < count && find(&at, end, "\"fromObjectId\":", &a) && find(&at, end, "\"toObjectId\":", &b) &&
         a == from[row] && b == to[row])
    row++;
  return row;
}

/* The ids of each link; what types it has nobody looks at. */
static size_t scan_read(job *j, const slot *one) {
  const char *at = one->answer, *end = at + one->answer_length;
  int64_t id;
  size_t links = 0;
  while (find(&at, end, "\"toObjectId\":", &id)) {
    j->sum += (uint64_t)id;
    links++;
  }
  return links;
}

static size_t keep(char *data, size_t size, size_t count, void *user) {
  slot *one = user;
  size_t length = size * count;
  if (one->answer_length + length + 1 > one->answer_capacity) {
    one->answer_capacity = (one->answer_length + length + 1) * 2;
    one->answer = realloc(one->answer, one->answer_capacity);
    if (!one->answer) abort();
  }
  memcpy(one->answer + one->answer_length, data, length);
  one->answer_length += length;
  one->answer[one->answer_length] = '\0';
  return length;
}

static size_t throw_away(char *data, size_t size, size_t count, void *user) {
  (void)data, (void)user;
  return size * count;
}

static void start(CURLM *multi, job *j, slot *one) {
  one->answer_length = 0;
  if (!j->ready || !one->body[0]) {
    size_t length = encode(j, one->body, j->from, j->to);
    curl_easy_setopt(one->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(one->easy, CURLOPT_POSTFIELDS, one->body);
  }
  j->sent += j->batch;
  curl_multi_add_handle(multi, one->easy);
}

static bool open_slot(slot *one, const job *j, const char *url, struct curl_slist *headers) {
  one->easy = curl_easy_init();
  one->body = calloc(1, j->batch * INPUT_BYTES + 64);
  if (!one->easy || !one->body) return false;
  curl_easy_setopt(one->easy, CURLOPT_URL, url);
  curl_easy_setopt(one->easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(one->easy, CURLOPT_WRITEFUNCTION, j->ready ? throw_away : keep);
  curl_easy_setopt(one->easy, CURLOPT_WRITEDATA, one);
  curl_easy_setopt(one->easy, CURLOPT_PRIVATE, one);
  curl_easy_setopt(one->easy, CURLOPT_UPLOAD_BUFFERSIZE, 128L << 10);
  curl_easy_setopt(one->easy, CURLOPT_PIPEWAIT, 1L); /* as Tether: HTTP/2 shares one connection */
  curl_easy_setopt(one->easy, CURLOPT_CAINFO, getenv("BENCH_CA") ? getenv("BENCH_CA") : "");
  return true;
}

static size_t finish(job *j, const slot *one) {
  if (j->ready) return j->batch;
  return j->reads ? scan_read(j, one) : scan_written(one, j->from, j->to, j->batch);
}

static bool run(CURLM *multi, job *j) {
  for (int running = 1, left; running;) {
    curl_multi_perform(multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
      slot *one;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&one);
      if (message->data.result != CURLE_OK) return false;
      j->done += finish(j, one);
      curl_multi_remove_handle(multi, one->easy);
      if (j->sent < j->inputs) start(multi, j, one), running = 1;
    }
    if (running) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  return true;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  job j = {.reads = strncmp(arguments[2], "read", 4) == 0, .ready = strstr(arguments[2], "-ready") != NULL};
  size_t width = strtoull(arguments[4], NULL, 10);
  j.batch = j.reads ? READ : WRITE;
  j.inputs = strtoull(arguments[3], NULL, 10);
  j.from = malloc(j.batch * sizeof *j.from);
  j.to = malloc(j.batch * sizeof *j.to);
  static slot slots[SLOTS];
  if (!j.from || !j.to || width > SLOTS || j.inputs % j.batch) return 2;
  for (size_t i = 0; i < j.batch; i++) { /* every batch is the same, as the sink's answer is */
    j.from[i] = 10000000000 + (int64_t)i;
    j.to[i] = 20000000000 + (int64_t)i;
  }
  figures begin = figures_begin();
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Authorization: Bearer bench");
  headers = curl_slist_append(headers, "Expect:");
  for (size_t i = 0; i < width && j.sent < j.inputs; i++) {
    if (!open_slot(&slots[i], &j, arguments[1], headers)) return 2;
    start(multi, &j, &slots[i]);
  }
  if (!run(multi, &j)) return 1;
  figures_print(begin, j.done);
  printf(" %llu\n", (unsigned long long)(j.sum & INT64_MAX));
  return j.reads || j.done == j.inputs ? 0 : 1;
}
