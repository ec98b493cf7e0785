/* Addresses of Redis servers, and what its refusals are told as. */
#include "core/redis/fault.h"
#include "core/redis/url.h"

#include <string.h>

#include "check.h"

static tether_redis_url url;
static tether_error error;

static bool reads(const char *text) { return tether_redis_url_read(text, &url, &error); }

static bool names(const char *text, const char *name) {
  char shown[300];
  if (!reads(text)) return false;
  tether_redis_url_name(&url, shown, sizeof shown);
  return strcmp(shown, name) == 0;
}

static void test_hosts(void) {
  CHECK(names("redis://h", "h:6379") && url.database == 0 && !url.tls);
  CHECK(names("rediss://h:1/7", "h:1") && url.tls && url.database == 7);
  CHECK(names("REDIS://user@h:65535/", "h:65535") && strcmp(url.user, "user") == 0);
  CHECK(names("redis://us%2Fer@[::1]:9/1", "[::1]:9") && strcmp(url.user, "us/er") == 0);
  CHECK(names("redis://us%2F@h", "h:6379") && strcmp(url.user, "us/") == 0);
  CHECK(names("redis://u@x@h", "h:6379") && strcmp(url.user, "u@x") == 0);
  CHECK(names("unix:///run/redis.sock?db=3", "/run/redis.sock") && url.database == 3);
  CHECK(names("unix://u@/a%20b", "") == false); /* a blank is no part of a path here */
  CHECK(names("unix://u@/ab", "/ab") && strcmp(url.user, "u") == 0);
}

static void test_refusals(void) {
  static const char *const bad[] = {"",
                                    "redis:",
                                    "redis://",
                                    "redis://:1",
                                    "redis://h:",
                                    "redis://h:0",
                                    "redis://h:1:2",
                                    "redis://h/0/1",
                                    "redis://h/-1",
                                    "redis://h/1000000",
                                    "redis://[::1",
                                    "redis://[::1]x",
                                    "redis://[::1]x9",
                                    "redis://h:65536",
                                    "redis://h/100001",
                                    "redis://h%",
                                    "redis://h%2",
                                    "redis://h%zz",
                                    "redis://h?x",
                                    "redis://h#x",
                                    "unix://",
                                    "unix://x",
                                    "unix://x/y",
                                    "unix:///x?y=1",
                                    "unix:///x?db=",
                                    "http://h"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CHECK(!reads(bad[i]));
    CHECK(error.code == TETHER_BAD_ARGUMENT && error.text[0] && !strchr(error.text, '\n'));
  }
  CHECK(!reads("redis://h:4294973675") && !reads("redis://h:0") && !reads("redis://h/4294967296"));
  CHECK(!reads("redis://u:hidden@h") && !strstr(error.text, "hidden") && strstr(error.text, "TETHER_REDIS_PASSWORD"));
  char path[300] = "unix:///"; /* a socket's path has 107 bytes and an end */
  for (size_t length = 1; length < 200; length++) {
    memset(path + 8, 'x', length - 1);
    CHECK(reads(path) == (length < TETHER_REDIS_PATH));
  }
}

static void test_faults(void) {
  CHECK(!tether_redis_fault("h:1", "WRONGPASS invalid username-password pair", &error));
  CHECK(error.code == TETHER_REDIS_FAILED && strstr(error.text, "h:1") && strstr(error.text, "password"));
  CHECK(!tether_redis_fault("h:1", "LOADING Redis is loading", &error) && error.code == TETHER_REDIS_LOST);
  CHECK(!tether_redis_fault("h:1", "OOM command not allowed", &error) && strstr(error.text, "maxmemory"));
  static const char *const lost[] = {"LOADING x", "BUSY x", "MASTERDOWN x", "ERR max number of clients reached"},
                           *const failed_ones[] = {"NOAUTH x",      "WRONGPASS x",  "NOPERM x",
                                                   "OOM x",         "MISCONF x",    "READONLY x",
                                                   "WRONGTYPE x",   "MOVED 1 h:2",  "CROSSSLOT x",
                                                   "CLUSTERDOWN x", "NOREPLICAS x", "ERR DB index is out of range"};
  for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
    CHECK(!tether_redis_fault("h:1", lost[i], &error) && error.code == TETHER_REDIS_LOST &&
          !strstr(error.text, "refuses"));
  for (size_t i = 0; i < sizeof failed_ones / sizeof *failed_ones; i++)
    CHECK(!tether_redis_fault("h:1", failed_ones[i], &error) && error.code == TETHER_REDIS_FAILED &&
          !strstr(error.text, "refuses"));
  CHECK(!tether_redis_fault("h:1", "whatever", &error) && error.code == TETHER_REDIS_FAILED);
}

int main(void) {
  test_hosts();
  test_refusals();
  test_faults();
  return failed != 0;
}
