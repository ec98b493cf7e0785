/* XML: elements, attributes and text of a part of a workbook (expat), pulled piece by piece in constant memory.
 *
 * Names come without their prefixes. A document type declaration, more than 64 open elements and a tag of more than a
 * megabyte are refused: no workbook has them, and they are what makes small files cost much. One thread at a time. */
#ifndef TETHER_SHEET_XML_H
#define TETHER_SHEET_XML_H
#include "core/sheet/bytes.h"

typedef struct tether_xml tether_xml;

/* Each returns false to end the reading, having filled the reader's `error`. */
typedef struct tether_xml_events {
  void *self;
  bool (*start)(void *self, const char *name, const char **attributes, tether_error *error);
  bool (*end)(void *self, const char *name, tether_error *error);
  bool (*text)(void *self, const char *text, size_t length, tether_error *error);
} tether_xml_events;

typedef enum tether_xml_event { TETHER_XML_MORE, TETHER_XML_END, TETHER_XML_FAILED } tether_xml_event;

/* Reads `bytes`, which live longer; `part` is its name for messages, copied. NULL: NO_MEMORY. */
tether_xml *tether_xml_new(tether_bytes bytes, const char *part, tether_xml_events events, tether_error *error);
void tether_xml_free(tether_xml *xml); /* NULL is fine */

/* Reads on until a piece is read or somebody pauses. FAILED: FILE_BROKEN with part and line, or what an event said. */
tether_xml_event tether_xml_next(tether_xml *xml, tether_error *error);

/* Within an event: `next` returns soon, and goes on from here when it is called again. */
void tether_xml_pause(tether_xml *xml);

/* Reads to the end. */
bool tether_xml_whole(tether_bytes bytes, const char *part, tether_xml_events events, tether_error *error);

/* The value of an attribute, whatever its prefix; NULL: there is none. */
const char *tether_xml_attribute(const char **attributes, const char *name);

#endif
