rockspec_format = "3.0"
package = "tether"
version = "scm-1"
source = { url = "git+file://." }
description = {
  summary = "HubSpot associations and labels from Lua, on a C core",
  detailed = "Links between CRM records, their labels and limits, from Lua scripts and a command, with an embedded portal.",
  license = "MIT",
}
dependencies = { "lua >= 5.4, < 5.5", "lua-cjson" }
external_dependencies = {
  CURL = { library = "curl" },
  SQLITE = { library = "sqlite3" },
  MICROHTTPD = { library = "microhttpd" },
  JANSSON = { library = "jansson" },
  CRYPTO = { library = "crypto" },
  SSL = { library = "ssl" },
  HIREDIS = { library = "hiredis" },
  ARCHIVE = { library = "archive" },
  EXPAT = { library = "expat" },
  ZLIB = { library = "z" },
}
build = {
  type = "make",
  build_target = "all",
  build_variables = { LUA = "$(LUA)", LUA_INCDIR = "$(LUA_INCDIR)" },
  install_variables = {
    LUA = "$(LUA)", LUA_INCDIR = "$(LUA_INCDIR)", PREFIX = "$(PREFIX)",
    INST_LUADIR = "$(LUADIR)", INST_LIBDIR = "$(LIBDIR)", INST_BINDIR = "$(BINDIR)",
  },
}
