--- Tether ties CRM records together: HubSpot's associations and labels from Lua.
-- @module tether
local tether = {
  version = require "tether.version",
  error = require "tether.error",
  types = require "tether.types",
  links = setmetatable({ read = function(...) return require("tether.links").read(...) end }, {
    __call = function(_, from, to) return require("tether.sets.set").new(from, to) end,
  }),
  webhook = setmetatable({}, { -- loaded by the first use, so that other hosts map no libcrypto
    __call = function(_, options) return require("tether.webhook").new(options) end,
    __index = function(_, name) return require("tether.webhook")[name] end,
  }),
}

tether.workflows = setmetatable({}, { -- loaded by the first use
  __index = function(_, name) return require("tether.workflows")[name] end,
})

--- Connects to an account. Options that are missing are read from the environment: $HUBSPOT_TOKEN, $TETHER_URL,
-- $TETHER_LOG, $SSL_CERT_FILE and, by libcurl, $https_proxy and $no_proxy.
-- @tparam[opt] table options see tether.hub
-- @treturn hub
-- @raise TOKEN_MISSING, TOKEN_MALFORMED, URL_BAD, OPTION_UNKNOWN, BAD_ARGUMENT, FILE_FAILED
function tether.connect(options)
  return require("tether.hub").new(require("tether.connection.environment").complete(options))
end

--- Tells what an import of a file would do: rows, distinct pairs, repeats, bad ids, labels, calls and minutes. It needs
-- no network.
-- @tparam string path
-- @tparam[opt] table options see tether.preflight
-- @treturn table whose tostring is for people
-- @raise FILE_FAILED, CSV_COLUMN_MISSING, BAD_ARGUMENT, OBJECT_TYPE_UNKNOWN
function tether.preflight(path, options)
  return require "tether.files.preflight"(path, options)
end

--- Checks everything that stands between a script and the account, and says what to mend.
-- @tparam[opt] table options as for tether.connect
-- @tparam[opt] table wanted see tether.doctor.examine
-- @treturn table report
function tether.doctor(options, wanted)
  return require("tether.doctor").examine(options, wanted)
end

--- A record id as an exact integer.
-- @tparam integer|string value an integer, or decimal digits
-- @treturn integer
-- @raise BAD_ID
function tether.id(value)
  return require("tether.check").id("id", value)
end

--- Opens an embedded portal. Its server is loaded by the first call, so that programs without a portal do not load it.
-- @tparam[opt] table options see tether.portal
-- @treturn portal
function tether.portal(options)
  return require "tether.portal"(options)
end

--- Installs the loop of the program, once: from then on a verb in a task suspends it, and a verb elsewhere is refused.
-- @tparam table adapter tether.loops.luv, .cqueues, .copas or .prosody, or an adapter of your own
-- @tparam[opt] table options see tether.tasks.scheduler
-- @raise BAD_ARGUMENT
function tether.loop(adapter, options)
  require("tether.tasks.scheduler").install(adapter, options)
end

--- Runs a function as a task: verbs suspend the task, and tasks started inside it overlap. In a task, and with a loop,
-- it returns at once; elsewhere it returns when the function and all tasks inside it have ended.
-- @tparam function fn
-- @param ... its arguments
-- @treturn job :wait(), :cancel(), .done
-- @raise without a loop, what the function raises
function tether.run(fn, ...)
  local scheduler = require "tether.tasks.scheduler"
  local job = require("tether.tasks.job").start(fn, ...)
  if not scheduler.loop() and not scheduler.running() then job:wait() end
  return job
end

function tether.map(...) return require "tether.tasks.map"(...) end

for _, name in ipairs { "within", "sleep" } do
  tether[name] = function(...) return require("tether.tasks.job")[name](...) end
end

--- Loads all modules that a hub needs, for programs that prefer to wait at their start.
function tether.preload()
  require "tether.session.native"
  require "tether.connection.environment"
  require "tether.connection.session"
  require("tether.hub").preload()
end

setmetatable(tether, { __index = require("tether.nearest").index(tether, "tether") })

return tether
