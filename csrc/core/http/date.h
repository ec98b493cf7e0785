/* Date: the dates of HTTP headers. */
#ifndef TETHER_DATE_H
#define TETHER_DATE_H
#include "base/buffer.h"

/* Milliseconds since 1970 of a date in any form that libcurl reads; -1: none, or not of the years 1970 to 9999. Every
 * answer brings a date: the form that servers are to write (RFC 9110, 5.6.7) is read without libcurl, at a tenth of its
 * instructions. */
int64_t tether_date_ms(tether_slice value);

#endif
