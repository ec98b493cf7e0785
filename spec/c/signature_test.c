/* Signatures of webhooks: the guide's vectors, the edges of the window, memory that gives out inside libcrypto, and a
 * short run of the fuzz target. */
#include "../fuzz/signature_fuzz.c"

#include <openssl/crypto.h>
#include <stdio.h>

#include "check.h"

#define SLICE(literal) ((tether_slice){literal, sizeof(literal) - 1})

static const tether_slice app = {"yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy", 36};

static tether_signed_request recorded(void) {
  return (tether_signed_request){SLICE("POST"), SLICE("https://www.example.com/webhook_uri"),
                                 SLICE("{\"example_field\":\"example_value\"}"), SLICE("1693657560000"),
                                 SLICE("oaA3M5dEtt6kFsseJD/Hv/x+JNl1vsoxFj4oxmwP6Go=")};
}

static bool taken(tether_signed_request request, int64_t now_ms, tether_code *code) {
  tether_error error = {.code = TETHER_OK};
  bool fine = tether_signature_verify(TETHER_SIGNATURE_V3, app, &request, now_ms, TETHER_SIGNATURE_WINDOW_MS, &error);
  CHECK(fine == (error.code == TETHER_OK) && !strstr(error.text, "yyyy"));
  *code = error.code;
  return fine;
}

static void a_vector_is_taken_within_the_window(void) {
  tether_code code;
  CHECK(taken(recorded(), now, &code));
  CHECK(taken(recorded(), now + 300000, &code) && taken(recorded(), now - 300000, &code));
  CHECK(!taken(recorded(), now + 300001, &code) && code == TETHER_SIGNATURE_OLD);
  CHECK(!taken(recorded(), now - 300001, &code) && code == TETHER_SIGNATURE_OLD);
  CHECK(!taken(recorded(), 0, &code) && code == TETHER_SIGNATURE_OLD);
  CHECK(!taken(recorded(), INT64_MAX, &code) && code == TETHER_SIGNATURE_OLD);
}

/* One byte of each part, and each part cut, is another request. */
static void nothing_may_be_changed(void) {
  tether_code code;
  for (int part = 0; part < 5; part++) {
    tether_signed_request request = recorded();
    tether_slice *slices[] = {&request.method, &request.uri, &request.body, &request.timestamp, &request.signature};
    tether_slice whole = *slices[part];
    for (size_t at = 0; at < whole.length; at++) {
      char bent[64];
      memcpy(bent, whole.data, whole.length);
      bent[at] ^= 1;
      *slices[part] = (tether_slice){bent, whole.length};
      CHECK(!taken(request, now, &code) && code == TETHER_SIGNATURE_WRONG);
      *slices[part] = (tether_slice){whole.data, at};
      CHECK(!taken(request, now, &code) && code == TETHER_SIGNATURE_WRONG);
    }
  }
}

static void a_time_is_digits(void) {
  static const char *const odd[] = {"",   "0",     "-1693657560000", "+1693657560000",       " 1693657560000",
                                    "1e", "0x123", "01693657560000", "99999999999999999999", "1693657560000 "};
  tether_code code;
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    tether_signed_request request = recorded();
    request.timestamp = (tether_slice){odd[i], strlen(odd[i])};
    CHECK(!taken(request, now, &code) && code == TETHER_SIGNATURE_WRONG);
  }
}

static void an_empty_secret_signs_nothing(void) {
  tether_error error;
  tether_signed_request request = recorded();
  for (int version = TETHER_SIGNATURE_V1; version <= TETHER_SIGNATURE_V3; version++) {
    CHECK(!tether_signature_verify((tether_signature_version)version, SLICE(""), &request, now, 1, &error));
    CHECK(error.code == TETHER_BAD_ARGUMENT);
  }
}

static void a_message_shows_no_query_and_no_control_character(void) {
  tether_error error;
  tether_signed_request request = recorded();
  request.uri = SLICE("https://x/\033[2J\r\n?token=hidden");
  CHECK(!tether_signature_verify(TETHER_SIGNATURE_V2, app, &request, now, 1, &error));
  CHECK(strstr(error.text, "POST https://x/?[2J??") && !strstr(error.text, "hidden"));
}

/* -- memory of libcrypto ------------------------------------------------------------------------------------------- */

static long countdown = -1; /* allocations that are still granted; below 0: all are */
static bool gave_out;

static bool gives_out(void) {
  if (countdown == 0) gave_out = true;
  if (countdown > 0) countdown--;
  return countdown == 0 && gave_out;
}

static void *crypto_malloc(size_t size, const char *file, int line) {
  (void)file, (void)line;
  return gives_out() ? NULL : malloc(size);
}

static void *crypto_realloc(void *old, size_t size, const char *file, int line) {
  (void)file, (void)line;
  return gives_out() ? NULL : realloc(old, size);
}

static void crypto_free(void *memory, const char *file, int line) {
  (void)file, (void)line;
  free(memory);
}

static void no_memory_is_never_a_good_signature(void) {
  for (int version = TETHER_SIGNATURE_V1; version <= TETHER_SIGNATURE_V3; version++) {
    tether_signed_request request = recorded();
    tether_error error;
    long granted = -1;
    do {
      countdown = ++granted;
      gave_out = false;
      bool fine = tether_signature_verify((tether_signature_version)version, app, &request, now, 1, &error);
      countdown = -1;
      CHECK(gave_out ? !fine : fine == (version == TETHER_SIGNATURE_V3));
      CHECK(fine || error.code == (gave_out ? TETHER_NO_MEMORY : TETHER_SIGNATURE_WRONG));
    } while (gave_out && granted < 1000);
    CHECK(granted > 0 && !gave_out);
  }
}

/* -- any bytes ----------------------------------------------------------------------------------------------------- */

static void fuzz_target_finds_nothing(void) {
  static const char sharp[] = "%%%%23aAbBcCdDeEfF74089\n[]{}\":,1 \\/";
  uint64_t state = 20260330;
  char text[120];
  for (int run = 0; run < 5000; run++) {
    size_t length = 0, wanted = (size_t)run % sizeof text;
    for (; length < wanted; length++) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      text[length] = sharp[state % (sizeof sharp - 1)];
    }
    LLVMFuzzerTestOneInput((const uint8_t *)text, length);
  }
}

int main(void) {
  CHECK(CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free));
  a_vector_is_taken_within_the_window();
  nothing_may_be_changed();
  a_time_is_digits();
  an_empty_secret_signs_nothing();
  a_message_shows_no_query_and_no_control_character();
  no_memory_is_never_a_good_signature();
  fuzz_target_finds_nothing();
  return failed != 0;
}
