/* Wiping: memory for libcurl, overwritten when it is given back, so that no token stays in what a core dump holds.
 *
 * The functions live in this library, which must stay mapped as long as libcurl is (the Makefile links it so). */
#ifndef TETHER_WIPING_H
#define TETHER_WIPING_H
#include <stdbool.h>

/* As curl_global_init, with such memory. A host that has started libcurl before us keeps its own: then libcurl's copies
 * stay as malloc leaves them. What it hands out is malloc's, so either side may free it. */
bool tether_wiping_start(void);

/* Overwrites memory that other libraries have given back to malloc, as far as malloc hands it out again. libnghttp2
 * copies the headers that it sends, OpenSSL keeps what it has read, and neither uses our allocator. Takes about a
 * millisecond, and covers this thread's arena. */
void tether_wiping_wash(void);

#endif
