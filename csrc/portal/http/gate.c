#include "portal/http/gate.h"

#include <string.h>
#include <strings.h>

/* Reads a header that may come once only. `value` is NULL when it did not come. False: it came several times with
 * different values. */
static bool only(const portal_request *request, const char *name, const char **value) {
  *value = NULL;
  for (size_t i = 0; i < request->header_count; i++) {
    if (strcasecmp(request->headers[i].name, name) != 0) continue;
    if (*value && strcmp(*value, request->headers[i].value) != 0) return false;
    *value = request->headers[i].value;
  }
  return true;
}

static bool check_length(const portal_request *request, portal_problem *problem) {
  const char *length, *coding;
  if (!only(request, "Content-Length", &length) || !only(request, "Transfer-Encoding", &coding) || (length && coding))
    return portal_refuse(problem, 400, NULL, "The headers contradict each other about the length of the body");
  if (coding && strcasecmp(coding, "chunked") != 0)
    return portal_refuse(problem, 400, NULL, "Transfer-Encoding may be chunked, and nothing else");
  if (length && (!*length || length[strspn(length, "0123456789")]))
    return portal_refuse(problem, 400, NULL, "Content-Length is no number");
  return true;
}

static bool ends_with(const char *text, size_t length, const char *end) {
  size_t size = strlen(end);
  return length >= size && strncasecmp(text + length - size, end, size) == 0;
}

static bool is_address(const char *name, size_t length) {
  if (length && *name == '[') return true; /* IPv6; a name has no bracket */
  for (size_t i = 0; i < length; i++)
    if (!strchr("0123456789.", name[i])) return false;
  return length > 0;
}

/* Whether a Host is safe to serve: an IP address, a name of this machine, a name under a domain of HubSpot's, for which
 * a stranger cannot set an address, or, when others may connect, a name without a dot. */
static bool is_ours(const char *name, size_t length, bool open) {
  if (is_address(name, length)) return true;
  if (length == 9 && strncasecmp(name, "localhost", 9) == 0) return true;
  if (ends_with(name, length, ".localhost") || ends_with(name, length, ".hubapi.com")) return true;
  return open && length > 0 && !memchr(name, '.', length);
}

/* Whether a list, joined by commas, has the name. */
static bool is_listed(const char *list, const char *name, size_t length) {
  while (list && *list) {
    size_t size = strcspn(list, ",");
    if (size == length && strncasecmp(list, name, size) == 0) return true;
    list += size + (list[size] == ',');
  }
  return false;
}

static size_t name_length(const char *host) {
  return *host == '[' ? strcspn(host, "]") + (strchr(host, ']') != NULL) : strcspn(host, ":");
}

/* Behind a name stands nothing, or the number of a port. */
static bool ends_as_host(const char *rest) {
  return !*rest || (*rest == ':' && rest[1] && !rest[1 + strspn(rest + 1, "0123456789")]);
}

static bool is_known(const char *host, bool open, const char *hosts) {
  size_t length = name_length(host);
  return ends_as_host(host + length) && (is_ours(host, length, open) || is_listed(hosts, host, length));
}

static bool check_host(const portal_request *request, bool open, const char *hosts, portal_problem *problem) {
  const char *host, *origin;
  if (!only(request, "Host", &host) || !only(request, "Origin", &origin))
    return portal_refuse(problem, 400, NULL, "Host and Origin may come once");
  if (host && !is_known(host, open, hosts))
    return portal_refuse(problem, 403, NULL,
                         "This portal does not answer as %.100s: call it by its address or localhost, or open it with "
                         "the host name allowed",
                         host);
  if (!origin) return true;
  const char *site = strstr(origin, "://");
  if (host && site && strcasecmp(site + 3, host) == 0) return true;
  return portal_refuse(problem, 403, NULL, "This portal does not answer pages of %.100s", origin);
}

bool portal_gate(const portal_request *request, bool open, const char *hosts, portal_problem *problem) {
  if (request->too_many_headers) return portal_refuse(problem, 431, NULL, "More than %d headers", PORTAL_HEADERS_MOST);
  return check_length(request, problem) && check_host(request, open, hosts, problem);
}
