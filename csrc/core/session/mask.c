#define _GNU_SOURCE /* memmem */
#include "core/session/mask.h"

#include <string.h>

#include "core/json/json.h"

#define HIDDEN "***"

/* -- paths --------------------------------------------------------------------------------------------------------- */

static bool is_address(const char *text, size_t length) {
  return memchr(text, '@', length) || memmem(text, length, "%40", 3);
}

bool tether_mask_path(const char *path, tether_buffer *out) {
  size_t length = strcspn(path, "?");
  bool by_key = strstr(path + length, "idProperty=") != NULL, fine = true;
  for (size_t at = 0; at < length && fine;) {
    size_t segment = 1 + strcspn(path + at + 1, "/?"); /* with its slash */
    bool hidden = is_address(path + at, segment) || (by_key && at + segment == length);
    fine = hidden ? tether_buffer_text(out, "/" HIDDEN, NULL) : tether_buffer_add(out, path + at, segment, NULL);
    at += segment;
  }
  return fine;
}

/* -- bodies -------------------------------------------------------------------------------------------------------- */

/* Members whose values are private: properties of records, what a search looks for, secrets of OAuth. */
static bool is_private(tether_slice key) {
  static const char *const names[] = {"properties",   "propertiesWithHistory", "value",    "values",   "highValue",
                                      "query",        "access_token",          "id_token", "tokenKey", "refresh_token",
                                      "client_secret"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (tether_json_is(key, names[i])) return true;
  return false;
}

/* A record's id is a number. An id that is no number is the value of a unique property. */
static bool is_key_value(tether_slice key, tether_json *json) {
  if (!tether_json_is(key, "id") || tether_json_peek(json) != TETHER_JSON_STRING) return false;
  for (size_t at = json->at + 1; at < json->length && json->data[at] != '"'; at++)
    if (json->data[at] < '0' || json->data[at] > '9') return true;
  return false;
}

/* Text that repeats private values: addresses, and HubSpot's refusal of properties (wire.md, 3.4). */
static bool is_telling(const char *text, size_t length) {
  static const char refusal[] = "\"Property values were not valid";
  return is_address(text, length) || (length >= sizeof refusal && memcmp(text, refusal, sizeof refusal - 1) == 0);
}

static bool mask(tether_json *json, bool hidden, tether_buffer *out);

static bool mask_object(tether_json *json, bool hidden, tether_buffer *out) {
  tether_slice key;
  bool first = true, fine = tether_json_enter_object(json) && tether_buffer_text(out, "{", NULL);
  for (bool comma = false; fine && tether_json_key(json, &first, &key); comma = true)
    fine = tether_buffer_text(out, comma ? ",\"" : "\"", NULL) && tether_buffer_add(out, key.data, key.length, NULL) &&
           tether_buffer_text(out, "\":", NULL) &&
           mask(json, hidden || is_private(key) || is_key_value(key, json), out);
  return fine && !json->failed && tether_buffer_text(out, "}", NULL);
}

static bool mask_array(tether_json *json, bool hidden, tether_buffer *out) {
  bool first = true, fine = tether_json_enter_array(json) && tether_buffer_text(out, "[", NULL);
  for (bool comma = false; fine && tether_json_element(json, &first); comma = true)
    fine = (!comma || tether_buffer_text(out, ",", NULL)) && mask(json, hidden, out);
  return fine && !json->failed && tether_buffer_text(out, "]", NULL);
}

static bool mask(tether_json *json, bool hidden, tether_buffer *out) {
  tether_json_kind kind = tether_json_peek(json);
  if (kind == TETHER_JSON_OBJECT) return mask_object(json, hidden, out);
  if (kind == TETHER_JSON_ARRAY) return mask_array(json, hidden, out);
  size_t start = json->at;
  if (!tether_json_skip(json)) return false;
  if (hidden || is_telling(json->data + start, json->at - start))
    return tether_buffer_text(out, "\"" HIDDEN "\"", NULL);
  return tether_buffer_add(out, json->data + start, json->at - start, NULL);
}

bool tether_mask_body(const char *data, size_t length, tether_buffer *out) {
  tether_json json;
  size_t before = out->length;
  if (length == 0) return tether_buffer_text(out, "(empty)", NULL);
  tether_json_init(&json, data, length);
  if (mask(&json, false, out) && tether_json_finish(&json)) return true;
  out->length = before;
  return tether_buffer_format(out, NULL, "(%zu bytes, not JSON)", length);
}
