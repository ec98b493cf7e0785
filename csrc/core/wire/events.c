#include "core/wire/events.h"

#include "core/json/json.h"

static bool malformed(const tether_json *json, tether_error *error) {
  return tether_fail_at(error, TETHER_EVENTS_MALFORMED, json->error.place, "%s", json->error.text);
}

bool tether_events_count(tether_slice body, size_t most, size_t *count, tether_error *error) {
  tether_json json;
  tether_json_init(&json, body.data, body.length);
  bool first = true;
  *count = 0;
  if (!tether_json_enter_array(&json)) return malformed(&json, error);
  while (tether_json_element(&json, &first)) {
    size_t number = *count + 1;
    if (number > most)
      return tether_fail_at(error, TETHER_TOO_LARGE, (int64_t)number, "more than %zu events in one delivery", most);
    if (tether_json_peek(&json) != TETHER_JSON_OBJECT)
      return tether_fail_at(error, TETHER_EVENTS_MALFORMED, (int64_t)json.at + 1,
                            "event %zu is not a JSON object, at byte %zu of %zu", number, json.at + 1, json.length);
    if (!tether_json_skip(&json)) break;
    *count = number;
  }
  return tether_json_finish(&json) || malformed(&json, error);
}
