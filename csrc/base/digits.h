/* Digits: numbers read and written eight digits at a time, and the plain forms that say what the fast ones must do.
 *
 * Eight digits are one number of 64 bits, whose bytes are joined by three multiplications, or taken apart by them. That
 * needs the least significant byte first: elsewhere the plain forms serve. */
#ifndef TETHER_DIGITS_H
#define TETHER_DIGITS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the digits that stand first among `length` bytes, at most `most` of them (19 at most: no overflow); returns how
 * many. Nothing behind the `length` bytes is looked at. */
size_t tether_digits_scan(const char *text, size_t length, size_t most, uint64_t *value);
size_t tether_digits_scan_plain(const char *text, size_t length, size_t most, uint64_t *value);

/* Reads a number that has exactly the given count of digits. False: a byte is no digit, or the count is below 9 or
 * above 16. The caller then asks tether_digits_scan. The bytes must be there. */
bool tether_digits_read(const char *text, size_t digits, uint64_t *value);

/* How many digits stand first among `length` bytes. */
size_t tether_digits_count(const char *text, size_t length);
size_t tether_digits_count_plain(const char *text, size_t length);

/* Writes the digits of a number below 10^19, without a terminator; returns how many. More bytes than these may be
 * written, up to TETHER_DIGITS_ROOM of them. */
enum { TETHER_DIGITS_ROOM = 19 };
size_t tether_digits_write(uint64_t value, char *out);
size_t tether_digits_write_plain(uint64_t value, char *out);

/* The same, quicker, for a caller that writes the text before the number afterwards: up to TETHER_DIGITS_OVER bytes
 * before `out` are written as well, and must be there. */
enum { TETHER_DIGITS_OVER = 15 };
size_t tether_digits_write_over(uint64_t value, char *out);
#endif
