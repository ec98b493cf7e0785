#include "core/sheet/gunzip.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* the largest window, gzip's header and trailer */

struct tether_gunzip {
  z_stream stream;
  bool inside;  /* of a member */
  bool padding; /* zeros behind a member: nothing else may follow */
  int64_t unpacked;
};

tether_gunzip *tether_gunzip_new(tether_error *error) {
  tether_gunzip *gunzip = calloc(1, sizeof *gunzip);
  if (gunzip && inflateInit2(&gunzip->stream, GZIP_WINDOW) == Z_OK) {
    gunzip->inside = true;
    return gunzip;
  }
  free(gunzip);
  tether_fail(error, TETHER_NO_MEMORY, "no memory to read a gzip file");
  return NULL;
}

void tether_gunzip_free(tether_gunzip *gunzip) {
  if (!gunzip) return;
  inflateEnd(&gunzip->stream);
  free(gunzip);
}

static bool damaged(const tether_gunzip *gunzip, const char *why, tether_error *error) {
  return tether_fail(error, TETHER_FILE_BROKEN, "the gzip file is damaged behind %lld bytes of what it unpacks to: %s",
                     (long long)gunzip->unpacked, why);
}

/* Between members there may be zeros (a tape's padding); else another member begins. */
static bool begin_member(tether_gunzip *gunzip, tether_slice *bytes, tether_error *error) {
  while (bytes->length && *bytes->data == '\0') {
    gunzip->padding = true;
    bytes->data++;
    bytes->length--;
  }
  if (!bytes->length) return true;
  if (gunzip->padding) return damaged(gunzip, "something follows the padding", error);
  gunzip->inside = true;
  return inflateReset(&gunzip->stream) == Z_OK || damaged(gunzip, "a member does not begin", error);
}

static bool step(tether_gunzip *gunzip, tether_slice *bytes, char *out, size_t size, size_t *length,
                 tether_error *error) {
  z_stream *stream = &gunzip->stream;
  uInt most = bytes->length > UINT_MAX ? UINT_MAX : (uInt)bytes->length;
  stream->next_in = (Bytef *)bytes->data; /* zlib reads it only */
  stream->avail_in = most;
  stream->next_out = (Bytef *)out;
  stream->avail_out = size > UINT_MAX ? UINT_MAX : (uInt)size;
  int result = inflate(stream, Z_NO_FLUSH);
  bytes->data += most - stream->avail_in;
  bytes->length -= most - stream->avail_in;
  *length = (size_t)((char *)stream->next_out - out);
  gunzip->unpacked += (int64_t)*length;
  if (result == Z_MEM_ERROR) return tether_fail(error, TETHER_NO_MEMORY, "no memory to read a gzip file");
  if (result == Z_STREAM_END) gunzip->inside = false;
  if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return true;
  return damaged(gunzip, stream->msg ? stream->msg : "it needs a dictionary", error);
}

bool tether_gunzip_read(tether_gunzip *gunzip, tether_slice *bytes, char *out, size_t size, size_t *length,
                        tether_error *error) {
  *length = 0;
  while (*length == 0) {
    if (!gunzip->inside && !begin_member(gunzip, bytes, error)) return false;
    size_t left = bytes->length;
    if (!gunzip->inside || !step(gunzip, bytes, out, size, length, error)) return !gunzip->inside;
    if (bytes->length == left) return true; /* no progress: more bytes are needed */
  }
  return true;
}

bool tether_gunzip_finish(const tether_gunzip *gunzip, tether_error *error) {
  return !gunzip->inside || damaged(gunzip, "it ends too early", error);
}
