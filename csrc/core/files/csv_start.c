#include <string.h>

#include "core/files/csv_state.h"
#include "core/text/blanks.h"

static const char separators[TETHER_CSV_SEPARATORS] = {',', ';', '\t', '|'};

static bool is_break(char c) { return c == '\n' || c == '\r'; }

/* Counts the separators outside quotes of the first line with content; false: it is not whole yet. */
static bool look(tether_csv_guess *guess, const char *data, size_t length) {
  for (; guess->at < length && guess->at <= TETHER_CEILING_FIELD; guess->before = data[guess->at++]) {
    char c = data[guess->at], before = guess->before;
    const char *known = memchr(separators, c, TETHER_CSV_SEPARATORS);
    if (c == '"' && guess->quoted) {
      guess->quoted = false;
    } else if (c == '"') { /* opens where a field may begin, and behind the first of two */
      guess->quoted =
          before == '"' || before == ' ' || is_break(before) || memchr(separators, before, TETHER_CSV_SEPARATORS);
    } else if (is_break(c) && !guess->quoted) {
      if (guess->content) return true;
      memset(guess->found, 0, sizeof guess->found);
    } else if (known && !guess->quoted) {
      guess->found[known - separators]++;
    }
    if (c != ' ' && c != '\t' && !is_break(c)) guess->content = true;
  }
  return guess->at < length;
}

/* The most frequent separator. A bar counts only when there is no other, because it stands inside cells more often. */
static char most_frequent(const tether_csv_guess *guess) {
  size_t best = 0;
  for (size_t i = 1; i < TETHER_CSV_SEPARATORS; i++)
    if (guess->found[i] > guess->found[best] && (separators[i] != '|' || !guess->found[best])) best = i;
  return separators[best];
}

/* Passes over the lines above the header; false: they are not whole yet. */
static bool skip_titles(tether_csv *csv) {
  while (csv->title_lines > 0) {
    size_t left = csv->input.length - csv->at;
    const char *data = csv->input.data + csv->at, *end = left ? memchr(data, '\n', left) : NULL;
    if (!end && !csv->finished) return false;
    csv->at += end ? (size_t)(end - data) + 1 : left;
    csv->line++;
    csv->title_lines--;
  }
  return true;
}

static void learn_stops(tether_csv *csv) {
  memset(csv->stops, 0, sizeof csv->stops);
  csv->stops[(unsigned char)csv->separator] = csv->stops['\n'] = csv->stops['\r'] = csv->stops['"'] = 1;
}

tether_csv_event tether_csv_start(tether_csv *csv, tether_error *error) {
  if (!csv->guess.marked) {
    const char *data = csv->input.data;
    size_t length = csv->input.length;
    if (length < 3 && !csv->finished) return TETHER_CSV_MORE;
    if (length >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0)) {
      csv->ended = true;
      tether_fail_at(error, TETHER_CSV_BROKEN, 1, "line 1: the file is UTF-16; save it as UTF-8");
      return TETHER_CSV_FAILED;
    }
    if (length && !tether_skip_marks((tether_slice){data, length}, csv->finished, &csv->at)) return TETHER_CSV_MORE;
    csv->guess.marked = true;
  }
  if (!skip_titles(csv)) return TETHER_CSV_MORE;
  if (csv->guess.at < csv->at) csv->guess.at = csv->at;
  if (!look(&csv->guess, csv->input.data, csv->input.length) && !csv->finished) return TETHER_CSV_MORE;
  csv->separator = most_frequent(&csv->guess);
  csv->row_line = csv->field_line = csv->line;
  csv->row_at = csv->at;
  learn_stops(csv);
  return TETHER_CSV_ROW;
}
