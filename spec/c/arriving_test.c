/* A batch read that arrives in pieces says what it says whole, wherever it is cut, and what is broken in it is found.
 */
#include "core/wire/arriving.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* Blanks, a field that nobody knows, members in any order, a page inside of a result, an id beyond 2^53, words beside
 * the list. */
static const char batch[] =
    "{\"status\":\"COMPLETE\", \"new\":{\"results\":[1]},\"results\": [ {\"from\":{\"id\":\"33451\"},\"to\":["
    "{\"toObjectId\":9007199254740993,\"associationTypes\":[{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":1,\"label\":"
    "\"Pri\\\"m,ary\"}],\"new\":{\"x\":[true,null,1.5e3]}}],\"paging\":{\"next\":{\"after\":\"MC0yLTc1MDI%3D\"}}} ,\n"
    "{\"from\":{\"id\":\"1\"},\"to\":[{\"toObjectId\":5,\"associationTypes\":[]}]},{\"from\":{\"id\":\"2\"},\"to\":["
    "{\"toObjectId\":6,\"associationTypes\":[]}]},{\"from\":{\"id\":\"3\"},\"to\":[]},"
    "{\"paging\":{\"next\":{\"after\":\"a\"}},\"to\":[{\"associationTypes\":[{\"category\":\"WORK\",\"typeId\":8,"
    "\"label\":\"x\"}],\"toObjectId\":\"7\"}],\"from\":{\"id\":29851}} ],\"numErrors\":1,\"errors\":[{\"message\":"
    "\"no\"}]}";

/* What was read, as text. */
static void tell(const tether_reading *reading, const tether_links *links, tether_buffer *out) {
  for (size_t i = 0; i < tether_links_count(links); i++) {
    tether_link link = tether_links_at(links, i);
    size_t count;
    const tether_spec *types = tether_links_types(links, i, &count);
    tether_buffer_format(out, NULL, "%lld %lld", (long long)link.from, (long long)link.to);
    for (size_t k = 0; k < count; k++) tether_buffer_format(out, NULL, " %d:%d", (int)types[k].category, types[k].id);
    tether_buffer_text(out, "\n", NULL);
  }
  for (size_t i = 0; i < reading->cursor_count; i++)
    tether_buffer_format(out, NULL, "%lld after %s\n", (long long)reading->cursors[i].from,
                         tether_reading_text(reading, reading->cursors[i].after));
  for (size_t i = 0; i < reading->label_count; i++)
    tether_buffer_format(out, NULL, "%d is %s\n", reading->labels[i].type.id,
                         tether_reading_text(reading, reading->labels[i].text));
  tether_buffer_format(out, NULL, "%s\n", reading->says_more ? "more" : "no more");
}

/* The same text, "" when it is refused. */
static tether_buffer whole(const char *text, size_t length) {
  tether_buffer out;
  tether_reading reading;
  tether_error error;
  tether_links *links = tether_links_new();
  tether_buffer_init(&out, TETHER_CEILING_BODY);
  tether_reading_init(&reading, links);
  if (tether_decode_batch_read(text, length, &reading, &error)) tell(&reading, links, &out);
  tether_reading_free(&reading);
  tether_links_free(links);
  return out;
}

static void add(tether_arriving *arriving, tether_buffer *answer, const char *text, size_t length) {
  char *exact = realloc(answer->data, answer->length + length); /* what lies behind it must not be looked at */
  memcpy(exact + answer->length, text, length);
  answer->data = exact;
  answer->length += length;
  answer->capacity = answer->length;
  tether_arriving_feed(arriving, answer);
}

/* As it comes in pieces of `size`, the first of `first` bytes, into a set that holds something already or not. */
static tether_buffer pieces(const char *text, size_t length, size_t first, size_t size, size_t piece, bool used) {
  tether_arriving *arriving = tether_arriving_new(piece, piece);
  tether_buffer answer, out;
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer_init(&answer, TETHER_CEILING_ANSWER);
  tether_buffer_init(&out, TETHER_CEILING_BODY);
  if (used) tether_links_add(links, 77, 78, 0, &error);
  for (size_t at = 0, count = first; at < length; at += count, count = size)
    add(arriving, &answer, text + at, count = count < length - at ? count : length - at);
  tether_arriving_end(arriving, &answer);
  CHECK(answer.length + tether_arriving_taken(arriving) == length);
  if (tether_arriving_taken(arriving)) {
    const tether_reading *reading = tether_arriving_read(arriving, &answer, links, &error);
    if (reading) {
      CHECK(!tether_arriving_read(arriving, &answer, links, &error)); /* once */
      CHECK(!used || (tether_links_at(links, 0).from == 77 && tether_links_at(links, 0).to == 78));
      tether_links *read = tether_links_slice(links, used, tether_links_count(links) - used);
      tell(reading, read, &out);
      tether_links_free(read);
    } else {
      CHECK(error.code == TETHER_ANSWER_MALFORMED && tether_links_count(links) == used);
    }
  } else {
    out = whole(answer.data, answer.length);
  }
  tether_links_free(links);
  tether_buffer_free(&answer);
  tether_arriving_free(arriving);
  return out;
}

static void check_same(const char *text, size_t length, size_t first, size_t size, size_t piece) {
  tether_buffer wanted = whole(text, length);
  for (int used = 0; used < 2; used++) {
    tether_buffer got = pieces(text, length, first, size, piece, used);
    CHECK(got.length == wanted.length && (!got.length || !memcmp(got.data, wanted.data, got.length)));
    tether_buffer_free(&got);
  }
  tether_buffer_free(&wanted);
}

static void it_says_the_same_wherever_it_is_cut(void) {
  size_t length = sizeof batch - 1;
  for (size_t first = 1; first <= length; first++) check_same(batch, length, first, length, 1);
  for (size_t size = 1; size <= 64; size++)
    for (size_t piece = 1; piece <= 1 << 10; piece *= 2) check_same(batch, length, size, size, piece);
}

static void an_answer_that_ends_anywhere_is_refused(void) {
  for (size_t length = 1; length < sizeof batch - 1; length++)
    for (size_t size = 1; size <= length; size = size * 2 + 1) check_same(batch, length, size, size, 1);
}

static void what_is_broken_is_refused_as_if_it_were_whole(void) {
  static const char *const texts[] = {
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]},]}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]},,{\"from\":{\"id\":1},\"to\":[]}]}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]}{\"from\":{\"id\":1},\"to\":[]}]}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]},7]}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]},{\"to\":[]}]}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[{\"toObjectId\":2}]},{\"from\":{\"id\":2},\"to\":[{}]}]}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]}}",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]}]",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]}]}x",
      "{\"results\":[{\"from\":{\"id\":1},\"to\":[]}],\"errors\":[}",
      "{\"results\":{\"a\":1}}",
      "[{\"from\":{\"id\":1},\"to\":[]}]",
      "<html>",
      "{\"status\":\"COMPLETE\"}",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    tether_buffer said = whole(texts[i], strlen(texts[i]));
    CHECK(said.length == 0);
    tether_buffer_free(&said);
    for (size_t size = 1; size < 40; size++) check_same(texts[i], strlen(texts[i]), size, size, 1);
  }
  static const char twice[] = "{\"results\":[{\"from\":{\"id\":1},\"to\":[{\"toObjectId\":2}]}],\"results\":[{\"from\":"
                              "{\"id\":2},\"to\":[{\"toObjectId\":3}]}]}";
  for (size_t size = 1; size < sizeof twice; size++) check_same(twice, sizeof twice - 1, size, size, 1);
}

/* Of a large answer no more is held than a piece, the result under way, and what comes at once. */
static void no_more_is_held_than_a_piece(void) {
  enum { RESULTS = 2000, PIECE = 4096, COMES = 100 };
  tether_arriving *arriving = tether_arriving_new(PIECE, PIECE);
  tether_buffer text, answer;
  tether_links *links = tether_links_new();
  tether_error error;
  size_t most = 0;
  tether_buffer_init(&text, TETHER_CEILING_ANSWER);
  tether_buffer_init(&answer, TETHER_CEILING_ANSWER);
  tether_buffer_text(&text, "{\"results\":[", NULL);
  for (int i = 1; i <= RESULTS; i++)
    tether_buffer_format(&text, NULL,
                         "%s{\"from\":{\"id\":\"%d\"},\"to\":[{\"toObjectId\":%d,\"associationTypes\":[]}]}",
                         i > 1 ? "," : "", i, i + 5);
  tether_buffer_text(&text, "]}", NULL);
  for (size_t at = 0; at < text.length; at += COMES) {
    tether_buffer_add(&answer, text.data + at, text.length - at < COMES ? text.length - at : COMES, NULL);
    tether_arriving_feed(arriving, &answer);
    most = answer.length > most ? answer.length : most;
  }
  tether_arriving_end(arriving, &answer);
  CHECK(most <= PIECE + COMES && answer.length == strlen("{\"results\":[]}"));
  CHECK(tether_arriving_held(arriving) == (size_t)20 * RESULTS);
  CHECK(tether_arriving_read(arriving, &answer, links, &error) && tether_links_count(links) == RESULTS);
  CHECK(tether_links_at(links, RESULTS - 1).from == RESULTS && tether_arriving_held(arriving) == 0);
  tether_links_free(links);
  tether_buffer_free(&text);
  tether_buffer_free(&answer);
  tether_arriving_free(arriving);
}

int main(void) {
  it_says_the_same_wherever_it_is_cut();
  an_answer_that_ends_anywhere_is_refused();
  what_is_broken_is_refused_as_if_it_were_whole();
  no_more_is_held_than_a_piece();
  return failed != 0;
}
