/* Date: the dates of HTTP headers. */
#ifndef TETHER_DATE_H
#define TETHER_DATE_H
#include "base/buffer.h"

/* Milliseconds since 1970 of a date in any form that libcurl reads; -1: it is no date, or lies outside the years
 * 1970 to 9999. Every answer has a date. The form that servers must write (RFC 9110, 5.6.7) is therefore read
 * without libcurl, which takes a tenth of its instructions. */
int64_t tether_date_ms(tether_slice value);

#endif
