#include "core/sheet/xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

enum {
  PIECE = 16 << 10,      /* bytes that are parsed at once */
  LARGEST_TAG = 1 << 20, /* bytes: see xml.h */
  DEEPEST = 64           /* open elements: see xml.h */
};

struct tether_xml {
  XML_Parser parser;
  tether_bytes bytes;
  tether_xml_events events;
  char part[200];
  size_t silent; /* bytes parsed since the last event */
  int depth;
  bool paused, failed, last;
  tether_error error; /* when `failed` */
};

static const char *local_name(const char *name) {
  const char *colon = strrchr(name, ':');
  return colon ? colon + 1 : name;
}

static void stop(tether_xml *xml) {
  xml->failed = true;
  XML_StopParser(xml->parser, XML_FALSE);
}

static void on_start(void *self, const char *name, const char **attributes) {
  tether_xml *xml = self;
  xml->silent = 0;
  if (xml->failed) return;
  if (++xml->depth > DEEPEST) {
    tether_fail(&xml->error, TETHER_FILE_BROKEN, "%s: more than %d elements inside each other", xml->part, DEEPEST);
    stop(xml);
  } else if (!xml->events.start(xml->events.self, local_name(name), attributes, &xml->error)) {
    stop(xml);
  }
}

static void on_end(void *self, const char *name) {
  tether_xml *xml = self;
  xml->silent = 0;
  xml->depth--;
  if (!xml->failed && !xml->events.end(xml->events.self, local_name(name), &xml->error)) stop(xml);
}

static void on_text(void *self, const char *text, int length) {
  tether_xml *xml = self;
  xml->silent = 0;
  if (!xml->failed && !xml->events.text(xml->events.self, text, (size_t)length, &xml->error)) stop(xml);
}

static void on_other(void *self, const char *text, int length) {
  (void)text, (void)length;
  ((tether_xml *)self)->silent = 0;
}

static void on_doctype(void *self, const char *name, const char *system, const char *public, int internal) {
  (void)name, (void)system, (void)public, (void)internal;
  tether_xml *xml = self;
  if (xml->failed) return;
  tether_fail(&xml->error, TETHER_FILE_BROKEN, "%s: it has a document type declaration, which no workbook has",
              xml->part);
  stop(xml);
}

tether_xml *tether_xml_new(tether_bytes bytes, const char *part, tether_xml_events events, tether_error *error) {
  tether_xml *xml = calloc(1, sizeof *xml);
  if (xml) xml->parser = XML_ParserCreate(NULL);
  if (!xml || !xml->parser) {
    free(xml);
    tether_fail(error, TETHER_NO_MEMORY, "no memory to read %.100s", part);
    return NULL;
  }
  xml->bytes = bytes;
  xml->events = events;
  strncpy(xml->part, part, sizeof xml->part - 1);
  XML_SetUserData(xml->parser, xml);
  XML_SetElementHandler(xml->parser, on_start, on_end);
  XML_SetCharacterDataHandler(xml->parser, on_text);
  XML_SetDefaultHandlerExpand(xml->parser, on_other);
  XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
  return xml;
}

void tether_xml_free(tether_xml *xml) {
  if (!xml) return;
  XML_ParserFree(xml->parser);
  free(xml);
}

void tether_xml_pause(tether_xml *xml) {
  if (xml->paused || xml->failed) return;
  xml->paused = XML_StopParser(xml->parser, XML_TRUE) == XML_STATUS_OK;
}

static tether_xml_event broken(tether_xml *xml, tether_error *error) {
  if (xml->failed) {
    if (error) *error = xml->error;
    return TETHER_XML_FAILED;
  }
  xml->failed = true;
  tether_fail(&xml->error, TETHER_FILE_BROKEN, "%s, line %lu of its XML: %s", xml->part,
              XML_GetCurrentLineNumber(xml->parser), XML_ErrorString(XML_GetErrorCode(xml->parser)));
  if (error) *error = xml->error;
  return TETHER_XML_FAILED;
}

/* Reads a piece and parses it. */
static enum XML_Status parse_piece(tether_xml *xml) {
  size_t length;
  void *room = XML_GetBuffer(xml->parser, PIECE);
  if (!room) return XML_STATUS_ERROR;
  if (!xml->bytes.read(xml->bytes.self, room, PIECE, &length, &xml->error)) {
    xml->failed = true;
    return XML_STATUS_ERROR;
  }
  xml->silent += length;
  if (xml->silent > LARGEST_TAG) {
    xml->failed = true;
    tether_fail(&xml->error, TETHER_FILE_BROKEN, "%s: a tag of more than %d bytes", xml->part, LARGEST_TAG);
    return XML_STATUS_ERROR;
  }
  xml->last = length == 0;
  return XML_ParseBuffer(xml->parser, (int)length, xml->last);
}

tether_xml_event tether_xml_next(tether_xml *xml, tether_error *error) {
  if (xml->failed) return broken(xml, error);
  bool resumed = xml->paused;
  xml->paused = false;
  enum XML_Status status = resumed ? XML_ResumeParser(xml->parser) : parse_piece(xml);
  if (status == XML_STATUS_ERROR) return broken(xml, error);
  return xml->last && status == XML_STATUS_OK ? TETHER_XML_END : TETHER_XML_MORE;
}

bool tether_xml_whole(tether_bytes bytes, const char *part, tether_xml_events events, tether_error *error) {
  tether_xml *xml = tether_xml_new(bytes, part, events, error);
  tether_xml_event event = xml ? TETHER_XML_MORE : TETHER_XML_FAILED;
  while (event == TETHER_XML_MORE) event = tether_xml_next(xml, error);
  tether_xml_free(xml);
  return event == TETHER_XML_END;
}

const char *tether_xml_attribute(const char **attributes, const char *name) {
  for (; *attributes; attributes += 2)
    if (strcmp(local_name(attributes[0]), name) == 0) return attributes[1];
  return NULL;
}
