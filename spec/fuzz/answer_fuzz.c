/* Any bytes as the answer of a read or of a write: what is learnt from one object must never change what another one
 * says. So the same text is read once more with blanks strewn between its tokens, by which no object is like another,
 * and must say the same. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "core/wire/decode.h"
#include "core/wire/reading.h"
#include "reading_digest.h"

/* The text with up to three blanks, never the same number twice in a row, behind each token outside of strings. */
static char *strew(const char *text, size_t length, size_t *strewn) {
  char *out = malloc(4 * length + 1);
  size_t at = 0, token = 0;
  bool inside = false;
  for (size_t i = 0; i < length; i++) {
    out[at++] = text[i];
    if (inside && text[i] == '\\' && i + 1 < length) {
      out[at++] = text[++i];
    } else if (text[i] == '"') {
      inside = !inside;
    } else if (!inside && text[i] && strchr("{}[]:,", text[i])) {
      size_t blanks = token++ % 7 % 4;
      memset(out + at, ' ', blanks);
      at += blanks;
    }
  }
  *strewn = at;
  return out;
}

static uint64_t read_links(const char *text, size_t length, int64_t from) {
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_error error;
  tether_reading_init(&reading, links);
  bool fine = from ? tether_decode_list(text, length, from, &reading, &error)
                   : tether_decode_batch_read(text, length, &reading, &error);
  uint64_t sum = digest_reading(fine ? 1 : 2 + (uint64_t)error.code, &reading, links);
  tether_reading_free(&reading);
  tether_links_free(links);
  return sum;
}

static uint64_t read_report(const char *text, size_t length, long status) {
  tether_report report;
  tether_error error;
  tether_report_init(&report);
  bool fine = tether_decode_answer(text, length, status, (tether_asked){.body = {NULL, 0}}, &report, &error);
  uint64_t sum = fine ? 1 : 2;
  sum = report.confirmed_count ? digest_add(sum, report.confirmed, report.confirmed_count * sizeof *report.confirmed)
                               : sum;
  for (size_t i = 0; i < report.complaint_count; i++) {
    const tether_complaint *one = &report.complaints[i];
    sum = digest_add(sum, &one->code, sizeof one->code);
    sum = digest_text(digest_text(sum, tether_report_text(&report, one->message)),
                      tether_report_text(&report, one->category));
  }
  for (size_t i = 0; i < report.named_count; i++) sum = digest_add(sum, &report.named[i].id, sizeof report.named[i].id);
  tether_report_free(&report);
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  size_t other_length;
  const char *text = (const char *)data;
  char *other = strew(text, length, &other_length);
  if (read_links(text, length, 0) != read_links(other, other_length, 0)) abort();
  if (read_links(text, length, 101) != read_links(other, other_length, 101)) abort();
  if (read_report(text, length, 201) != read_report(other, other_length, 201)) abort();
  if (read_report(text, length, 400) != read_report(other, other_length, 400)) abort();
  free(other);
  return 0;
}
