/* Jobs: changes as bytes and back, sorting in runs, batches and their states, job files that are cut or changed. */
#include "core/job/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sql.h"
#include "check.h"
#include "core/job/sorter.h"

static uint64_t seed = 88172645463325252u;
static uint64_t next_random(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

static int64_t any_id(void) { return (int64_t)(next_random() >> (1 + next_random() % 60) | 1); }

/* -- bytes --------------------------------------------------------------------------------------------------------- */

static tether_slice slice_of(const tether_buffer *bytes) { return (tether_slice){bytes->data, bytes->length}; }

static void comes_back(size_t count) {
  tether_changes some = {0}, read = {0};
  tether_buffer bytes;
  tether_error error;
  tether_buffer_init(&bytes, 1 << 24);
  for (size_t i = 0; i < count; i++)
    CHECK(tether_changes_add(&some, (tether_change){any_id(), any_id(), (uint32_t)i % 7, (uint32_t)i % 5}, &error));
  CHECK(tether_changes_pack(some.list, count, &bytes, &error));
  CHECK(tether_changes_unpack(slice_of(&bytes), 7, &read, &error));
  CHECK(read.count == count && (!count || memcmp(read.list, some.list, count * sizeof *some.list) == 0));
  CHECK(count < 7 || !tether_changes_unpack(slice_of(&bytes), 6, &read, &error)); /* an index that is no type set */
  for (size_t cut = 0; cut < bytes.length && cut < 300; cut++) {
    CHECK(!tether_changes_unpack((tether_slice){bytes.data, cut}, 7, &read, &error));
    CHECK(error.code == TETHER_FILE_BROKEN && read.count == 0);
  }
  tether_changes_free(&some);
  tether_changes_free(&read);
  tether_buffer_free(&bytes);
}

static void results_come_back(void) {
  uint8_t results[1000], read[1000];
  size_t counts[TETHER_RESULTS] = {0}, known[TETHER_RESULTS] = {0};
  tether_buffer bytes;
  tether_error error;
  tether_buffer_init(&bytes, 1 << 20);
  for (size_t i = 0; i < 1000; i++) {
    results[i] = (uint8_t)(i && next_random() % 9 ? results[i - 1] : next_random() % TETHER_RESULTS);
    known[results[i]]++;
  }
  CHECK(tether_results_pack(results, 1000, &bytes, &error));
  CHECK(tether_results_unpack(slice_of(&bytes), read, 1000, &error) && memcmp(results, read, 1000) == 0);
  CHECK(tether_results_count(slice_of(&bytes), 1000, counts, &error) && memcmp(counts, known, sizeof counts) == 0);
  CHECK(!tether_results_unpack(slice_of(&bytes), read, 999, &error));
  CHECK(!tether_results_unpack((tether_slice){bytes.data, bytes.length - 2}, read, 1000, &error));
  CHECK(tether_results_unpack((tether_slice){NULL, 0}, read, 1000, &error) && read[999] == TETHER_RESULT_PENDING);
  tether_buffer_free(&bytes);
}

#define BYTES(text) ((tether_slice){text, sizeof(text) - 1})

/* Bytes that nobody writes: a number beyond 64 bits, a type set that there is not, runs longer than a batch. */
static void what_nobody_writes_is_refused(void) {
  tether_changes read = {0};
  tether_error error;
  size_t counts[TETHER_RESULTS] = {0};
  uint8_t results[4];
  CHECK(tether_changes_unpack(BYTES("\1\2\2\1\1"), 2, &read, &error) && read.count == 1);
  CHECK(tether_changes_unpack(BYTES("\1\2\x82\x80\x80\x80\x80\x80\x80\x80\x80\0\1\1"), 2, &read, &error));
  CHECK(!tether_changes_unpack(BYTES("\1\2\x82\x80\x80\x80\x80\x80\x80\x80\x80\2\1\1"), 2, &read, &error));
  CHECK(!tether_changes_unpack(BYTES("\1\2\2\2\1"), 2, &read, &error) && error.code == TETHER_FILE_BROKEN);
  CHECK(!tether_changes_unpack(BYTES("\1\2\2\1\2"), 2, &read, &error) && error.code == TETHER_FILE_BROKEN);
  CHECK(tether_results_count(BYTES("\3\1\1\2"), 4, counts, &error) && counts[1] == 3 && counts[2] == 1);
  CHECK(!tether_results_unpack(BYTES("\5\1"), results, 4, &error) && error.code == TETHER_FILE_BROKEN);
  CHECK(!tether_results_count(BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\1\1"
                                    "\x84\x80\x80\x80\x80\x80\x80\x80\x80\1\1"),
                              4, counts, &error));
  tether_changes_free(&read);
}

/* -- sorting ------------------------------------------------------------------------------------------------------- */

/* Rows that come in any order, in runs of any length, come out in order; the types of equal pairs are joined. */
static void sorts(size_t count, size_t run, size_t records, size_t rows) {
  tether_error error;
  tether_sorter *sorter = tether_sorter_new(run, &error);
  tether_links *links = tether_links_new();
  uint32_t one, two;
  CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 1}, 1, &one, &error));
  CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 2}, 1, &two, &error));
  for (size_t i = 0; i < count; i++) {
    int64_t from = 1 + (int64_t)(i * 7 % count), to = 1 + (int64_t)(i % 3);
    CHECK(tether_links_add(links, from, to, one, &error));
    if (from % 5 == 0) CHECK(tether_links_add(links, from, to, two, &error));
  }
  CHECK(tether_sorter_add(sorter, links, TETHER_WANTED_LINKS, &error));
  int64_t last = 0;
  size_t found = 0;
  for (bool more = true; more;) {
    tether_portion portion = {tether_links_new(), tether_links_new(), tether_links_new()};
    more = tether_sorter_take(sorter, records, rows, &portion, &error);
    CHECK(more || error.code == TETHER_OK);
    CHECK(tether_links_count(portion.asked) <= records);
    for (size_t i = 0; i < tether_links_count(portion.wanted); i++) {
      tether_link link = tether_links_at(portion.wanted, i);
      size_t held;
      tether_links_types(portion.wanted, i, &held);
      CHECK(link.from >= last && held == (link.from % 5 == 0 ? 2 : 1));
      last = link.from;
      found++;
    }
    tether_links_free(portion.wanted);
    tether_links_free(portion.probes);
    tether_links_free(portion.asked);
  }
  CHECK(found == count);
  CHECK(tether_sorter_counts(sorter).contradictions == count / 5);
  tether_links_free(links);
  tether_sorter_free(sorter);
}

/* -- files --------------------------------------------------------------------------------------------------------- */

static const char *path_of(const char *ending) {
  static char path[100];
  snprintf(path, sizeof path, "/tmp/tether_job_test_%d%s", (int)getpid(), ending);
  return path;
}

static int64_t make_file(const char *path) {
  tether_error error;
  tether_job *job = tether_job_create("", &error);
  uint32_t set = 0;
  int64_t id = 0;
  CHECK(job != NULL);
  CHECK(tether_typesets_intern(tether_job_sets(job), &(tether_spec){TETHER_HUBSPOT_DEFINED, 279}, 1, &set, &error));
  int64_t pair = tether_job_pair(job, "contacts", "companies", &error);
  tether_change list[100];
  for (size_t i = 0; i < 100; i++) list[i] = (tether_change){(int64_t)i / 10 + 1, (int64_t)i + 1, 0, set};
  CHECK(tether_job_add(job, pair, TETHER_STAGE_LINK, list, 100, &id, &error));
  CHECK(tether_job_commit(job, &error) && tether_job_save(job, path, &error));
  CHECK(!tether_job_save(job, path, &error) && error.code == TETHER_FILE_FAILED);
  tether_job_free(job);
  return id;
}

/* A batch goes its way, and no other. */
static void moves(const char *path) {
  tether_error error;
  tether_job *job = tether_job_open(path, true, &error), *other;
  tether_batch_facts facts = {0};
  tether_batch batch;
  CHECK(job != NULL);
  CHECK(!(other = tether_job_open(path, true, &error)) && error.code == TETHER_JOB_BUSY);
  CHECK((other = tether_job_open(path, false, &error)) != NULL); /* to look at it */
  tether_job_free(other);
  CHECK(tether_job_next(job, false, &facts, &error) && facts.rows == 100 && facts.records == 10 && facts.adds == 100);
  CHECK(tether_job_load(job, &facts, &batch, &error) && batch.changes.count == 100 && !batch.was_sent);
  CHECK(!tether_job_move(job, facts.id, TETHER_IN_DOUBT, &batch, &error));
  CHECK(!tether_job_move(job, facts.id, TETHER_PLANNED, &batch, &error));
  CHECK(tether_job_move(job, facts.id, TETHER_SENT, &batch, &error));
  batch.results[7] = TETHER_RESULT_UNKNOWN;
  CHECK(tether_job_move(job, facts.id, TETHER_IN_DOUBT, &batch, &error));
  CHECK(tether_job_move(job, facts.id, TETHER_SENT, NULL, &error));
  size_t counts[TETHER_RESULTS];
  CHECK(tether_job_results(job, &facts, counts, &error) && counts[TETHER_RESULT_UNKNOWN] == 1);
  CHECK(!tether_job_take(job, &facts, (tether_slice){"junk", 4}, &error) && error.code == TETHER_FILE_BROKEN);
  CHECK(tether_job_take(job, &facts, (tether_slice){"", 0}, &error)); /* nothing is said of any row */
  CHECK(tether_job_move(job, facts.id, TETHER_SENT, NULL, &error));
  memset(batch.results, TETHER_RESULT_DONE, 100);
  CHECK(tether_job_move(job, facts.id, TETHER_SETTLED, &batch, &error));
  CHECK(!tether_job_move(job, facts.id, TETHER_SENT, &batch, &error) && error.code == TETHER_BAD_ARGUMENT);
  CHECK(tether_job_results(job, &facts, counts, &error) && counts[TETHER_RESULT_DONE] == 100);
  CHECK(!tether_job_next(job, false, &facts, &error) && error.code == TETHER_OK);
  tether_batch_free(&batch);
  tether_job_free(job);
}

/* So many rows are told of; those behind are counted by their batch alone. */
static void tells_of_ten_thousand_rows(void) {
  tether_error error;
  tether_job *job = tether_job_create("", &error);
  for (int64_t i = 0; i < 10002; i++) CHECK(tether_job_note(job, 1, "rejected", i, i, "no", &error));
  CHECK(tether_sql_number(tether_job_sql(job), 0, "select count(*) from note", "") == 10000);
  tether_job_free(job);
}

static void write_file(const char *path, const char *data, size_t length) {
  FILE *file = fopen(path, "wb");
  CHECK(file && fwrite(data, 1, length, file) == length && fclose(file) == 0);
}

/* Whatever stands in a file: it is a job whose batches can be read, or a refusal; never a fault. */
static bool is_read(const char *path) {
  tether_error error;
  tether_job *job = tether_job_open(path, true, &error);
  if (!job) return false;
  bool fine = true;
  for (tether_batch_facts facts = {0}; fine && tether_job_next(job, false, &facts, &error);) {
    tether_batch batch;
    fine = tether_job_load(job, &facts, &batch, &error);
    if (fine) tether_batch_free(&batch);
  }
  tether_job_free(job);
  return fine;
}

static void is_refused_when_spoilt(const char *path) {
  static char data[1 << 20], spoilt[1 << 20];
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(data, 1, sizeof data, file) : 0;
  if (file) fclose(file);
  char other[120];
  snprintf(other, sizeof other, "%s.other", path);
  for (size_t cut = 0; cut < length; cut += 512) {
    write_file(other, data, cut);
    CHECK(!is_read(other));
  }
  for (int turn = 0; turn < 300; turn++) {
    memcpy(spoilt, data, length);
    for (int i = 0; i < 4; i++) spoilt[next_random() % length] = (char)next_random();
    write_file(other, spoilt, length);
    is_read(other);
  }
  write_file(other, data, length);
  CHECK(is_read(other));
  unlink(other);
  strcat(other, ".lock");
  unlink(other);
}

int main(void) {
  for (size_t count = 0; count < 30; count++) comes_back(count);
  comes_back(20000);
  results_come_back();
  what_nobody_writes_is_refused();
  tells_of_ten_thousand_rows();
  sorts(1000, 0, 100, 1000000);
  sorts(1000, 64, 7, 20);
  sorts(20000, 999, 1000, 100000);
  const char *path = path_of(".job");
  unlink(path);
  make_file(path);
  is_refused_when_spoilt(path);
  moves(path);
  unlink(path);
  unlink(path_of(".job.lock"));
  return failed != 0;
}
