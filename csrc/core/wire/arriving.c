#include "core/wire/arriving.h"

#include <stdlib.h>

#include "core/json/json.h"
#include "core/links/algebra.h"

enum { LINK_BYTES = 20 }; /* of a row in a links set */

struct tether_arriving {
  tether_reading reading; /* its links are this one's own */
  size_t piece, next;     /* how long the answer must be to be looked at again */
  size_t at;              /* in the answer: where results begin that were not taken; 0: not found yet */
  size_t taken;
  tether_error error; /* what has ended the reading, other than the answer: no memory */
};

tether_arriving *tether_arriving_new(size_t first, size_t piece) {
  tether_arriving *arriving = calloc(1, sizeof *arriving);
  if (!arriving) return NULL;
  tether_reading_init(&arriving->reading, NULL);
  arriving->piece = piece;
  arriving->next = first;
  return arriving;
}

void tether_arriving_free(tether_arriving *arriving) {
  if (!arriving) return;
  tether_links_free(arriving->reading.links);
  tether_reading_free(&arriving->reading);
  free(arriving);
}

/* Finds the list of results. */
static bool find_results(tether_arriving *arriving, const tether_buffer *answer) {
  tether_json json;
  tether_slice key;
  bool first = true;
  tether_json_init(&json, answer->data, answer->length);
  if (!tether_json_enter_object(&json)) return false;
  while (tether_json_key(&json, &first, &key)) {
    if (tether_json_is(key, "results")) {
      if (!tether_json_enter_array(&json)) return false;
      arriving->at = json.at;
      return true;
    }
    if (!tether_json_skip(&json)) return false;
  }
  return false;
}

/* Takes results out of the answer. The comma behind the last of them stays in front of the next one, so that a list
 * which goes on does not look as if it had ended. */
static void take(tether_arriving *arriving, tether_buffer *answer) {
  tether_reading *reading = &arriving->reading;
  if (arriving->error.code != TETHER_OK || (!arriving->at && !find_results(arriving, answer))) return;
  if (!reading->links && !(reading->links = tether_links_new())) return;
  size_t end = tether_decode_results(answer->data, answer->length, arriving->at, arriving->taken == 0, reading,
                                     &arriving->error);
  arriving->taken += end - arriving->at;
  tether_buffer_cut(answer, arriving->at, end - arriving->at);
}

/* A result that is longer than a piece would be read from its start at each look. So after a look that found nothing
 * complete, twice as much must come before the next one. */
void tether_arriving_feed(tether_arriving *arriving, tether_buffer *answer) {
  if (answer->length < arriving->next) return;
  take(arriving, answer);
  size_t left = answer->length - arriving->at;
  arriving->next = answer->length + (left < arriving->piece ? arriving->piece - left : left);
}

void tether_arriving_end(tether_arriving *arriving, tether_buffer *answer) {
  if (arriving->taken) take(arriving, answer);
}

size_t tether_arriving_taken(const tether_arriving *arriving) { return arriving ? arriving->taken : 0; }

size_t tether_arriving_held(const tether_arriving *arriving) {
  return arriving && arriving->reading.links ? tether_links_count(arriving->reading.links) * LINK_BYTES : 0;
}

static bool is_new(const tether_links *links) {
  const tether_typesets *sets = tether_links_sets(links);
  size_t types;
  if (tether_links_count(links) > 0 || tether_typesets_count(sets) > 1) return false;
  (void)tether_typesets_at(sets, 0, &types);
  return types == 0;
}

const tether_reading *tether_arriving_read(tether_arriving *arriving, const tether_buffer *answer, tether_links *links,
                                           tether_error *error) {
  tether_reading *reading = &arriving->reading;
  if (arriving->error.code != TETHER_OK) {
    *error = arriving->error;
    return NULL;
  }
  if (!tether_decode_batch_read(answer->data, answer->length, reading, error)) return NULL;
  if (is_new(links))
    tether_links_swap(links, reading->links);
  else if (!tether_links_merge(links, reading->links, NULL, error))
    return NULL;
  tether_links_free(reading->links);
  reading->links = NULL;
  arriving->error = (tether_error){.code = TETHER_BAD_ARGUMENT, .text = "this answer was read already"};
  return reading;
}
