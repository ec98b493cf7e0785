/* Documents: what an account defines beside records and links, as JSON under a name: properties, pipelines, owners. */
#ifndef TETHER_PORTAL_DOCUMENT_H
#define TETHER_PORTAL_DOCUMENT_H
#include <jansson.h>

#include "portal/store/store.h"

/* What documents are of. A new kind is added at the end: the number stands in database files. */
typedef enum portal_document_kind {
  PORTAL_PROPERTY = 1,
  PORTAL_PROPERTY_GROUP,
  PORTAL_PIPELINE,
  PORTAL_OWNER,
  PORTAL_OWNER_BY_USER, /* by the user's id: the document is the owner's id */
  PORTAL_RULE           /* what new records need, by what it names; see records/need.h */
} portal_document_kind;

/* The document of a name; `object` NULL: of no object type. A new reference. NULL: there is none. JSON null: a built-in
 * one was removed. */
json_t *portal_document(portal_store *store, portal_document_kind kind, const portal_object *object, const char *name);

/* Writes a document, or removes it. */
bool portal_document_put(portal_store *store, portal_document_kind kind, const portal_object *object, const char *name,
                         const json_t *document);
void portal_document_drop(portal_store *store, portal_document_kind kind, const portal_object *object,
                          const char *name);

/* All of a kind by name, as an object; a new reference. */
json_t *portal_documents(portal_store *store, portal_document_kind kind, const portal_object *object);
#endif
