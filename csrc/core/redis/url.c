#include "core/redis/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DATABASE_MOST = 100000, DIGITS_MOST = 6 };

static const char SHAPES[] = "redis://host:6379/0, rediss://host:6379/0 or unix:///path/of/the/socket";

static const char *after(const char *text, const char *scheme) {
  size_t length = strlen(scheme);
  return strncasecmp(text, scheme, length) == 0 ? text + length : NULL;
}

static int hex_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  digit |= 0x20;
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Copies a part and decodes its %XX. False: the part is too long, or has a character that it must not have. */
static bool copy(const char *part, size_t length, char *out, size_t capacity) {
  size_t written = 0;
  for (size_t i = 0; i < length; i++) {
    char byte = part[i];
    if (byte == '%') {
      int high = i + 2 < length ? hex_of(part[i + 1]) : -1, low = high < 0 ? -1 : hex_of(part[i + 2]);
      if (low < 0) return false;
      byte = (char)(high * 16 + low);
      i += 2;
    }
    if ((unsigned char)byte <= ' ' || byte == 0x7F || written + 1 >= capacity) return false;
    out[written++] = byte;
  }
  out[written] = '\0';
  return true;
}

/* A number of digits alone, up to `most`; -1: none. */
static int number(const char *text, size_t length, int most) {
  int value = 0;
  if (length == 0 || length > DIGITS_MOST) return -1;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + text[i] - '0';
  }
  return value > most ? -1 : value;
}

/* Takes `user@` from the front of the text. */
static bool read_user(const char **text, const char *end, tether_redis_url *url, tether_error *error) {
  const char *at = NULL;
  for (const char *byte = *text; byte < end; byte++)
    if (*byte == '@') at = byte;
  if (!at) return true;
  if (memchr(*text, ':', (size_t)(at - *text)))
    return tether_fail(error, TETHER_BAD_ARGUMENT,
                       "a password stands in the address of Redis: put it into $TETHER_REDIS_PASSWORD, or into a file "
                       "that $TETHER_REDIS_PASSWORD_FILE names, and leave redis://user@host:6379/0");
  if (!copy(*text, (size_t)(at - *text), url->user, sizeof url->user))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "the user in the address of Redis cannot be read");
  *text = at + 1;
  return true;
}

static bool read_database(const char *text, tether_redis_url *url, tether_error *error) {
  url->database = number(text, strlen(text), DATABASE_MOST);
  return url->database >= 0 || tether_fail(error, TETHER_BAD_ARGUMENT,
                                           "the database of Redis is a number behind the host, as in "
                                           "redis://host:6379/0");
}

static bool read_host(const char *text, const char *end, tether_redis_url *url, tether_error *error) {
  const char *host = text, *host_end = end;
  if (*text == '[') {
    host = text + 1;
    host_end = memchr(host, ']', (size_t)(end - host));
    if (!host_end || (host_end + 1 < end && host_end[1] != ':'))
      return tether_fail(error, TETHER_BAD_ARGUMENT, "the address of Redis lacks a closing bracket");
    text = host_end + 1;
  } else {
    const char *colon = memchr(text, ':', (size_t)(end - text));
    text = host_end = colon ? colon : end;
  }
  if (host_end == host || !copy(host, (size_t)(host_end - host), url->host, sizeof url->host))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "a host is needed in the address of Redis: %s", SHAPES);
  url->port = text < end ? number(text + 1, (size_t)(end - text - 1), 65535) : TETHER_REDIS_PORT;
  return url->port > 0 ||
         tether_fail(error, TETHER_BAD_ARGUMENT, "the port in the address of Redis must lie between 1 and 65535");
}

static bool read_tcp(const char *text, tether_redis_url *url, tether_error *error) {
  const char *end = text + strcspn(text, "/?#");
  if (*end == '?' || *end == '#')
    return tether_fail(error, TETHER_BAD_ARGUMENT, "the address of Redis has more than host, port and database: %s",
                       SHAPES);
  return read_user(&text, end, url, error) && read_host(text, end, url, error) &&
         (strlen(end) < 2 || read_database(end + 1, url, error));
}

static bool read_unix(const char *text, tether_redis_url *url, tether_error *error) {
  const char *path = strchr(text, '/');
  if (!path || !read_user(&text, path, url, error))
    return path ? false : tether_fail(error, TETHER_BAD_ARGUMENT, "the socket of Redis is a path: %s", SHAPES);
  size_t length = strcspn(path, "?");
  if (text != path || !copy(path, length, url->path, sizeof url->path))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "the socket of Redis is a path of at most %d bytes: %s",
                       TETHER_REDIS_PATH - 1, SHAPES);
  const char *query = path + length;
  if (*query == '\0') return true;
  if (!after(query, "?db="))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "behind the socket's path of Redis stands ?db=NUMBER or nothing");
  return read_database(query + 4, url, error);
}

bool tether_redis_url_read(const char *text, tether_redis_url *url, tether_error *error) {
  *url = (tether_redis_url){.port = TETHER_REDIS_PORT};
  const char *rest = after(text, "unix://");
  if (rest) return read_unix(rest, url, error);
  if ((rest = after(text, "rediss://")))
    url->tls = true;
  else
    rest = after(text, "redis://");
  if (rest) return read_tcp(rest, url, error);
  return tether_fail(error, TETHER_BAD_ARGUMENT, "the address of a Redis server is needed: %s", SHAPES);
}

void tether_redis_url_name(const tether_redis_url *url, char *name, size_t capacity) {
  if (*url->path)
    snprintf(name, capacity, "%s", url->path);
  else
    snprintf(name, capacity, strchr(url->host, ':') ? "[%s]:%d" : "%s:%d", url->host, url->port);
}
