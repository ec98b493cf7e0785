/* Page address: the record that the address of a page names, as people copy it from their browser. Pure. */
#ifndef TETHER_PAGE_ADDRESS_H
#define TETHER_PAGE_ADDRESS_H
#include "base/buffer.h"

/* Reads ".../record/0-1/101" and ".../contact/101", with whatever follows; the type is as the address has it. False:
 * it is no such address, and nothing is changed. */
bool tether_address_read(tether_slice text, tether_slice *type, tether_slice *id);

#endif
