#define _GNU_SOURCE /* memfd_create */
/* Sheets, shared texts, gzip and ZIP files: each whole, and in pieces of every size, reads the same. */
#include "check.h"
#include "holds.h"

#include "../fuzz/sheet_fuzz.c" /* so that the fuzzer's target is compiled and run by every test */

#include "core/sheet/spool.h"
#include "core/sheet/value.h"

typedef tether_buffer (*reader)(const char *, size_t, size_t);

static void expect(reader read, const char *text, size_t length, const char *expected) {
  for (size_t piece = 1; piece < 40; piece++) {
    tether_buffer out = read(text, length, piece);
    bool same = holds(&out, expected);
    CHECK(same);
    if (!same) fprintf(stderr, "  in pieces of %zu: %.*s\n", piece, (int)out.length, out.data ? out.data : "");
    tether_buffer_free(&out);
    if (!same) return;
  }
}

#define SHEET(xml, expected)                                                                                           \
  expect(sheet_text, "<w><sheetData>" xml "</sheetData></w>", sizeof("<w><sheetData>" xml "</sheetData></w>") - 1,     \
         expected)
#define STRINGS(xml, expected) expect(strings_text, xml, sizeof(xml) - 1, expected)

static void rows_are_lines(void) {
  SHEET("", "");
  SHEET("<row><c><v>1</v></c><c><v>2</v></c></row>", "1,2\n");
  SHEET("<row r='2'><c r='B2' t='s'><v>0</v></c></row><row r='4'><c r='A4' t='s'><v>2</v></c></row>",
        "\n,from\n\n\"a \"\"b\"\"\",\n");
  SHEET("<row/><row><c s='1'/></row><row><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>", "\n\nTRUE,\"#N/A\"\n");
  SHEET("<row><c t='inlineStr'><is><t>sep=</t></is></c><c t='str'><v> a&amp;b </v></c></row>", "\"sep=\",\" a&b \"\n");
  SHEET("<row><c><v>1</v></c></row><row><c r='C2'><v>2</v></c></row>", "1\n,,2\n");
  SHEET("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/></row>", "1,2\n\n\n");
}

static void numbers_and_escapes_are_what_people_see(void) {
  SHEET("<row><c><v>0.00012e6</v></c><c><v>0.05E2</v></c><c><v>-1.5E1</v></c></row>", "120,5,\"-15\"\n");
  SHEET("<row><c t='str'><v>_x07FF__x0800_</v></c></row>", "\"\xDF\xBF\xE0\xA0\x80\"\n");
}

static void faults_are_named(void) {
  SHEET("<row r='0'/>", "!FILE_BROKEN: sheet, row 0: the next row stands before it");
  SHEET("<row><c t='s'><v>3</v></c></row>", "!FILE_BROKEN: sheet, row 1: a cell names a shared text that is none");
  SHEET("<row><c t='s'><v>x</v></c></row>", "!FILE_BROKEN: sheet, row 1: a cell names a shared text that is none");
  SHEET("<row><c r='1'/></row>", "!FILE_BROKEN: sheet, row 1: a cell stands where no cell can be");
  expect(sheet_text, "<w>", 3, "!FILE_BROKEN: sheet, line 1 of its XML: no element found");
  expect(sheet_text, "<!DOCTYPE a><w/>", 16,
         "!FILE_BROKEN: sheet: it has a document type declaration, which no workbook has");
}

/* What a program reads piece by piece has bounds, else a small file could take all memory. */
static void bounds_are_kept(void) {
  enum { TAG = 2 << 20, DEPTH = 70 };
  static char xml[TAG];
  memset(xml, 'a', sizeof xml);
  memcpy(xml, "<w a='", 6);
  tether_buffer out = sheet_text(xml, sizeof xml, 4096);
  CHECK(out.length && strncmp(out.data, "!FILE_BROKEN: sheet: a tag of more than 1048576 bytes", out.length) == 0);
  tether_buffer_free(&out);
  for (int i = 0; i < DEPTH; i++) memcpy(xml + 3 * i, "<w>", 3);
  expect(sheet_text, xml, 3 * DEPTH, "!FILE_BROKEN: sheet: more than 64 elements inside each other");
}

static void shared_texts_are_kept(void) {
  STRINGS("<sst/>", "");
  STRINGS("<sst><si/></sst>", "[]");
  STRINGS("<sst><si><t>a</t></si><si/><si><r><t>b</t></r><r><t>c</t></r><rPh><t>d</t></rPh></si></sst>", "[a][][bc]");
  STRINGS("<sst><si><rPh><t>d</t></rPh><t>e</t></si><si><t>f</t></si></sst>", "[e][f]");
  STRINGS("<sst><si><t>_x0041__x000a__x12_ _xD800_ _</t></si></sst>", "[A\n_x12_ _xD800_ _]");
}

static void numbers_are_written_as_people_do(void) {
  static const char *const cases[][2] = {{"101", "101"},
                                         {"101.0", "101"},
                                         {"1.01E2", "101"},
                                         {"1.01e+2", "101"},
                                         {"-7", "-7"},
                                         {"0", "0"},
                                         {"0.0", "0"},
                                         {"007", "7"},
                                         {"101.5", "101.5"},
                                         {"1E-3", "1E-3"},
                                         {"999999999999999", "999999999999999"},
                                         {"9007199254740993", "9.007199254740993E+15"},
                                         {"12345678901234568", "1.2345678901234568E+16"},
                                         {"1e+21", "1E+21"},
                                         {"", ""},
                                         {"E5", "E5"},
                                         {"1E", "1E"},
                                         {"1.2.3", "1.2.3"},
                                         {"123456789012345678901234567890123", "123456789012345678901234567890123"},
                                         {"1E99999999999999", "1E+999999"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char room[TETHER_NUMBER_TEXT];
    tether_slice plain = tether_number_plain((tether_slice){cases[i][0], strlen(cases[i][0])}, room);
    bool same = plain.length == strlen(cases[i][1]) && memcmp(plain.data, cases[i][1], plain.length) == 0;
    CHECK(same);
    if (!same) fprintf(stderr, "  %s: %.*s\n", cases[i][0], (int)plain.length, plain.data);
  }
  CHECK(tether_cell_column("A1") == 1 && tether_cell_column("AB12") == 28 && tether_cell_column("XFD1") == 16384);
  CHECK(tether_cell_column("XFE1") == 0 && tether_cell_column("12") == 0 && tether_cell_column("ZZZZZZZZZZZ") == 0);
  CHECK(tether_count_parse("12", 12) == 12 && tether_count_parse("13", 12) == 0 && tether_count_parse("1x", 12) == 0);
}

static int lowest_free_descriptor(void) {
  int fd = dup(0);
  close(fd);
  return fd;
}

/* Texts of a length that fits no page, beyond what memory holds, and read across the border to the file, which grows
 * between two looks at it. */
static void a_spool_gives_back_what_it_got(void) {
  enum { LENGTH = 1009, COUNT = 9000, WRITTEN = TETHER_SPOOL_MEMORY / LENGTH - 2 };
  tether_error error;
  int lowest = lowest_free_descriptor();
  tether_spool *spool = tether_spool_new(&error);
  char text[LENGTH], found[2 * LENGTH];
  CHECK(spool);
  for (int i = 0; spool && i < COUNT; i++) {
    memset(text, i % 251, LENGTH);
    CHECK(tether_spool_add(spool, text, LENGTH, &error));
    if (i == 0) continue;
    for (int back = WRITTEN; back < WRITTEN + 6 && back <= i; back++) { /* where the file ended the last time */
      CHECK(tether_spool_read(spool, (int64_t)(i - back) * LENGTH, found, LENGTH, &error));
      CHECK((unsigned char)found[0] == (i - back) % 251 && (unsigned char)found[LENGTH - 1] == (i - back) % 251);
    }
    CHECK(tether_spool_read(spool, (int64_t)(i - 1) * LENGTH, found, sizeof found, &error));
    CHECK((unsigned char)found[LENGTH - 1] == (i - 1) % 251 && (unsigned char)found[2 * LENGTH - 1] == i % 251);
  }
  CHECK(spool && tether_spool_length(spool) == (int64_t)LENGTH * COUNT);
  for (int i = 0; spool && i + 1 < COUNT; i += i % 7 + 1) {
    CHECK(tether_spool_read(spool, (int64_t)i * LENGTH, found, sizeof found, &error));
    CHECK((unsigned char)found[0] == i % 251 && (unsigned char)found[LENGTH - 1] == i % 251 &&
          (unsigned char)found[LENGTH] == (i + 1) % 251);
  }
  CHECK(lowest_free_descriptor() > lowest);
  tether_spool_free(spool);
  CHECK(lowest_free_descriptor() == lowest);
}

static const char GZIP[] = "\x1F\x8B\x08\0\0\0\0\0\0\x03K\xE4\x02\0\x07\xA1\xEA\xDD\x02\0\0\0"; /* "a\n" */

static void gzip_files_are_unpacked(void) {
  enum { LENGTH = sizeof GZIP - 1 };
  char twice[2 * LENGTH + 4] = {0};
  memcpy(twice, GZIP, LENGTH);
  memcpy(twice + LENGTH, GZIP, LENGTH);
  expect(gzip_text, GZIP, LENGTH, "a\n");
  expect(gzip_text, twice, 2 * LENGTH, "a\na\n");
  expect(gzip_text, twice, 2 * LENGTH + 3, "a\na\n");
  twice[2 * LENGTH + 3] = GZIP[0];
  expect(gzip_text, twice, 2 * LENGTH + 4,
         "!FILE_BROKEN: the gzip file is damaged behind 4 bytes of what it unpacks to: something follows the padding");
  expect(gzip_text, GZIP, LENGTH - 1,
         "!FILE_BROKEN: the gzip file is damaged behind 2 bytes of what it unpacks to: it ends too early");
  expect(gzip_text, "", 0,
         "!FILE_BROKEN: the gzip file is damaged behind 0 bytes of what it unpacks to: it ends too early");
}

static void targets_take_what_comes(void) {
  uint8_t bytes[64];
  for (uint8_t kind = 0; kind < 4; kind++) {
    bytes[0] = kind;
    bytes[1] = 3;
    memcpy(bytes + 2, "PK\x03\x04<row>", 10);
    CHECK(LLVMFuzzerTestOneInput(bytes, 12) == 0);
  }
}

int main(void) {
  rows_are_lines();
  faults_are_named();
  bounds_are_kept();
  numbers_and_escapes_are_what_people_see();
  shared_texts_are_kept();
  numbers_are_written_as_people_do();
  a_spool_gives_back_what_it_got();
  gzip_files_are_unpacked();
  targets_take_what_comes();
  return failed != 0;
}
