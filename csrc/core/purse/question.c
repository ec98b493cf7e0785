#include "core/purse/question.h"

#include <stdio.h>
#include <stdlib.h>

static bool number(tether_buffer *out, int64_t value, tether_error *error) {
  return tether_buffer_format(out, error, "%lld", (long long)value) && tether_buffer_add(out, "", 1, error);
}

static bool text(tether_buffer *out, const char *value, tether_error *error) {
  return tether_buffer_add(out, value, strlen(value) + 1, error);
}

/* "NUMBER:AGE …" of the answered calls that are not told yet; ends the word. */
static bool tell_calls(tether_purse *purse, bool searches, int64_t question, int64_t now_ms, tether_buffer *out,
                       tether_error *error) {
  for (size_t i = 0; i < purse->call_count; i++) {
    tether_purse_call *call = &purse->calls[i];
    if (!call->answered_ms || call->told < 0 || (call->kind == TETHER_FOR_SEARCH) != searches) continue;
    if (!tether_buffer_format(out, error, "%u:%lld ", call->number, (long long)(now_ms - call->answered_ms)))
      return false;
    call->told = question;
  }
  return tether_buffer_add(out, "", 1, error);
}

static bool tell_window(const tether_news *news, int64_t span_ms, int64_t now_ms, tether_buffer *out,
                        tether_error *error) {
  if (news->most < 0) return text(out, news->is_free ? "free" : "", error);
  return tether_buffer_format(out, error, "%lld %lld %lld %lld", (long long)news->most, (long long)news->left,
                              (long long)(now_ms - news->window_sent_ms), (long long)span_ms) &&
         tether_buffer_add(out, "", 1, error);
}

static bool tell_day(const tether_news *news, int64_t now_ms, tether_buffer *out, tether_error *error) {
  if (news->daily < 0) return text(out, "", error);
  return tether_buffer_format(out, error, "%lld %lld %lld", (long long)news->daily, (long long)news->day_left,
                              (long long)(now_ms - news->day_sent_ms)) &&
         tether_buffer_add(out, "", 1, error);
}

static bool tell_refusals(const tether_news *news, int64_t now_ms, tether_buffer *out, tether_error *error) {
  static const char kinds[] = {'w', 's'};
  for (int i = 0; i < 2; i++)
    if (news->blocked_ms[i] > now_ms &&
        !tether_buffer_format(out, error, "%c:%lld ", kinds[i], (long long)(news->blocked_ms[i] - now_ms)))
      return false;
  return text(out, news->day_over ? "d:0" : "", error);
}

bool tether_question_write(const tether_question *question, tether_purse *purse, const tether_news *news,
                           int64_t now_ms, tether_buffer *out, tether_error *error) {
  bool leaves = question->farewell;
  return number(out, question->number, error) && text(out, question->run, error) && text(out, question->epoch, error) &&
         number(out, question->expected_ms, error) && number(out, (int64_t)tether_purse_held(purse, false), error) &&
         number(out, (int64_t)tether_purse_held(purse, true), error) &&
         number(out, leaves ? 0 : (int64_t)tether_purse_wants(purse, TETHER_FOR_SINGLE, now_ms), error) &&
         number(out, leaves ? 0 : (int64_t)tether_purse_wants(purse, TETHER_FOR_BULK, now_ms), error) &&
         number(out, leaves ? 0 : (int64_t)tether_purse_wants(purse, TETHER_FOR_SEARCH, now_ms), error) &&
         number(out, question->reserve, error) && text(out, leaves ? "1" : "0", error) &&
         text(out, question->was_alone ? "1" : "0", error) &&
         number(out, news->day_end_ms > now_ms ? news->day_end_ms - now_ms : -1, error) &&
         number(out, question->round_trip_ms, error) && tell_window(news, purse->span_ms, now_ms, out, error) &&
         tell_day(news, now_ms, out, error) && tell_refusals(news, now_ms, out, error) &&
         tell_calls(purse, false, question->number, now_ms, out, error) &&
         tell_calls(purse, true, question->number, now_ms, out, error) && number(out, question->most, error) &&
         text(out, question->is_certain ? "1" : "0", error);
}

/* -- replies ------------------------------------------------------------------------------------------------------- */

static bool read_numbers(const char *at, int64_t *const numbers[], size_t count) {
  for (size_t i = 0; i < count; i++) {
    char *end;
    long long value = strtoll(at, &end, 10);
    if (end == at) return false;
    *numbers[i] = value;
    at = end;
  }
  return true;
}

bool tether_reply_read(const char *const texts[], size_t count, tether_reply *reply) {
  *reply = (tether_reply){.stale = count == 1 && strcmp(texts[0], "stale") == 0,
                          .late = count == 1 && strcmp(texts[0], "late") == 0};
  if (reply->stale || reply->late) return true;
  if (count != 6 || strcmp(texts[0], "ok") != 0 || strlen(texts[1]) >= sizeof reply->epoch) return false;
  snprintf(reply->epoch, sizeof reply->epoch, "%s", texts[1]);
  for (int kind = 0; kind < TETHER_FOR_KINDS; kind++) reply->permits[kind] = texts[3 + kind];
  int64_t *const numbers[] = {&reply->clock_ms,   &reply->most,          &reply->span_ms,       &reply->learnt,
                              &reply->is_free,    &reply->blocked_ms[0], &reply->blocked_ms[1], &reply->daily,
                              &reply->daily_left, &reply->day_end_ms,    &reply->window_left,   &reply->owners,
                              &reply->again_ms,   &reply->day_over,      &reply->told_all};
  return read_numbers(texts[2], numbers, sizeof numbers / sizeof *numbers) && reply->span_ms > 0;
}

void tether_reply_grant(const tether_reply *reply, tether_purse *purse, int64_t now_ms) {
  for (int kind = 0; kind < TETHER_FOR_KINDS; kind++) {
    const char *at = reply->permits[kind];
    for (char *end;; at = end) {
      long long wait_ms = strtoll(at, &end, 10);
      if (end == at) break;
      if (wait_ms >= 0) tether_purse_add(purse, (tether_purse_kind)kind, now_ms + wait_ms, now_ms);
    }
  }
}
