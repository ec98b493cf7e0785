/* tether.webhook.native: checks signatures of webhooks, and counts the events of a body. It is a module of its own:
 * only programs that receive webhooks map libcrypto. */
#include <string.h>

#include "base/clock.h"
#include "binding/shared/binding.h"
#include "core/wire/events.h"
#include "core/wire/signature.h"

#define KEY "tether.webhook.key"

/* An app's secret, in a userdata, so that printing a table does not show it. Wiped when it is collected. */
typedef struct {
  size_t length;
  char bytes[];
} key_box;

static tether_slice check_slice(lua_State *L, int arg) {
  tether_slice slice;
  slice.data = luaL_checklstring(L, arg, &slice.length);
  return slice;
}

/* native.key(secret) -> key */
static int key_new(lua_State *L) {
  tether_slice secret = check_slice(L, 1);
  key_box *box = lua_newuserdatauv(L, sizeof *box + secret.length, 0);
  box->length = secret.length;
  memcpy(box->bytes, secret.data, secret.length);
  luaL_setmetatable(L, KEY);
  return 1;
}

static int key_gc(lua_State *L) {
  key_box *box = luaL_checkudata(L, 1, KEY);
  explicit_bzero(box->bytes, box->length);
  box->length = 0;
  return 0;
}

/* key:verify("v1" | "v2" | "v3", method, uri, body, timestamp, signature, now_ms, window_ms) -> true | nil, err */
static int key_verify(lua_State *L) {
  static const char *const versions[] = {"v1", "v2", "v3", NULL};
  const key_box *box = luaL_checkudata(L, 1, KEY);
  int version = luaL_checkoption(L, 2, NULL, versions);
  tether_signed_request request = {check_slice(L, 3), check_slice(L, 4), check_slice(L, 5), check_slice(L, 6),
                                   check_slice(L, 7)};
  lua_Integer now_ms = luaL_checkinteger(L, 8), window_ms = luaL_checkinteger(L, 9);
  luaL_argcheck(L, now_ms >= 0, 8, "a time before 1970");
  luaL_argcheck(L, window_ms >= 0, 9, "a window below zero");
  tether_error error;
  if (!tether_signature_verify((tether_signature_version)version, (tether_slice){box->bytes, box->length}, &request,
                               now_ms, window_ms, &error))
    return tether_push_error(L, &error);
  lua_pushboolean(L, 1);
  return 1;
}

/* native.count(body, most) -> how many events | nil, err */
static int count(lua_State *L) {
  tether_slice body = check_slice(L, 1);
  lua_Integer most = luaL_checkinteger(L, 2);
  luaL_argcheck(L, most >= 0, 2, "less than none");
  tether_error error;
  size_t events;
  if (!tether_events_count(body, (size_t)most, &events, &error)) return tether_push_error(L, &error);
  lua_pushinteger(L, (lua_Integer)events);
  return 1;
}

/* native.sha256(bytes) -> 64 hexadecimal digits | nil, err */
static int sha256(lua_State *L) {
  char hex[TETHER_SHA256_HEX];
  tether_error error;
  if (!tether_sha256(check_slice(L, 1), hex, &error)) return tether_push_error(L, &error);
  lua_pushlstring(L, hex, sizeof hex);
  return 1;
}

/* native.now_ms() -> milliseconds since 1970 */
static int now_ms(lua_State *L) {
  lua_pushinteger(L, tether_clock_wall_ms());
  return 1;
}

__attribute__((visibility("default"))) int luaopen_tether_webhook_native(lua_State *L);
int luaopen_tether_webhook_native(lua_State *L) {
  static const luaL_Reg methods[] = {{"verify", key_verify}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"key", key_new}, {"count", count}, {"sha256", sha256}, {"now_ms", now_ms}, {NULL, NULL}};
  luaL_checkversion(L);
  luaL_newmetatable(L, KEY);
  lua_pushcfunction(L, key_gc);
  lua_setfield(L, -2, "__gc");
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  tether_set_integer(L, "WINDOW_MS", TETHER_SIGNATURE_WINDOW_MS);
  tether_set_integer(L, "MOST_EVENTS", TETHER_EVENTS_MOST);
  tether_set_integer(L, "MOST_BYTES", TETHER_CEILING_DELIVERY);
  return 1;
}
