/* The reference of the bench: a bare libcurl multi loop that encodes the same bodies from arrays and scans the answers.
 *
 * bare URL LINKS CONNECTIONS, prints "cpu_seconds wall_seconds peak_kb confirmed". Nothing is checked but the count:
 * this is the least that anybody would have to do. */
#include <curl/curl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 2000, SLOTS = 64, INPUT_BYTES = 160 };

typedef struct {
  CURL *easy;
  char *body, *answer;
  size_t answer_length, answer_capacity;
} slot;

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

static size_t encode(char *body, const int64_t *from, const int64_t *to, size_t count) {
  char *at = put(body, "{\"inputs\":[");
  for (size_t i = 0; i < count; i++) {
    at = put(at, i ? ",{\"from\":{\"id\":\"" : "{\"from\":{\"id\":\"");
    at = put_number(at, from[i]);
    at = put(at, "\"},\"to\":{\"id\":\"");
    at = put_number(at, to[i]);
    at = put(at, "\"},\"types\":[{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":279}]}");
  }
  return (size_t)(put(at, "]}") - body);
}

/* Finds the two ids of each result and compares them with what was sent. */
static size_t scan(const slot *one, const int64_t *from, const int64_t *to, size_t count) {
  static const char from_key[] = "\"fromObjectId\":", to_key[] = "\"toObjectId\":";
  const char *at = one->answer, *end = at + one->answer_length;
  size_t row = 0;
  while (row < count) {
    at = memmem(at, (size_t)(end - at), from_key, sizeof from_key - 1);
    if (!at) break;
    int64_t a = strtoll(at + sizeof from_key - 1, NULL, 10);
    at = memmem(at, (size_t)(end - at), to_key, sizeof to_key - 1);
    if (!at) break;
    int64_t b = strtoll(at + sizeof to_key - 1, NULL, 10);
    if (a != from[row] || b != to[row]) break;
    row++;
  }
  return row;
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

static void start(CURLM *multi, slot *one, const int64_t *from, const int64_t *to, size_t count) {
  one->answer_length = 0;
  curl_easy_setopt(one->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)encode(one->body, from, to, count));
  curl_easy_setopt(one->easy, CURLOPT_POSTFIELDS, one->body);
  curl_multi_add_handle(multi, one->easy);
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **arguments) {
  if (count != 4) return 2;
  size_t links = strtoull(arguments[2], NULL, 10), width = strtoull(arguments[3], NULL, 10), sent = 0, confirmed = 0;
  int64_t *from = malloc(links * sizeof *from), *to = malloc(links * sizeof *to);
  slot slots[SLOTS] = {0};
  if (!from || !to || width > SLOTS || links % BATCH) return 2;
  for (size_t i = 0; i < links; i++) { /* every batch is the same, as the sink's answer is */
    from[i] = 10000000000 + (int64_t)(i % BATCH);
    to[i] = 20000000000 + (int64_t)(i % BATCH);
  }
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Authorization: Bearer bench");
  headers = curl_slist_append(headers, "Expect:");
  for (size_t i = 0; i < width; i++) {
    slot *one = &slots[i];
    one->easy = curl_easy_init();
    one->body = malloc(BATCH * INPUT_BYTES + 64);
    if (!one->easy || !one->body) return 2;
    curl_easy_setopt(one->easy, CURLOPT_URL, arguments[1]);
    curl_easy_setopt(one->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(one->easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(one->easy, CURLOPT_WRITEDATA, one);
    curl_easy_setopt(one->easy, CURLOPT_PRIVATE, one);
    curl_easy_setopt(one->easy, CURLOPT_UPLOAD_BUFFERSIZE, 128L << 10);
    curl_easy_setopt(one->easy, CURLOPT_CAINFO, getenv("BENCH_CA") ? getenv("BENCH_CA") : "");
    if (sent < links) start(multi, one, from + sent, to + sent, BATCH), sent += BATCH;
  }
  for (int running = 1; running;) {
    curl_multi_perform(multi, &running);
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
      slot *one;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&one);
      if (message->data.result != CURLE_OK) return 1;
      confirmed += scan(one, from, to, BATCH);
      curl_multi_remove_handle(multi, one->easy);
      if (sent < links) start(multi, one, from + sent, to + sent, BATCH), sent += BATCH, running = 1;
    }
    if (running) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%.4f %.4f %ld %zu\n", seconds(usage.ru_utime) + seconds(usage.ru_stime),
         (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9, usage.ru_maxrss, confirmed);
  return confirmed == links ? 0 : 1;
}
