--- What the commands that talk to an account share: which account, and how Ctrl-C ends them.
local errors = require "tether.error"
local native = require "tether.native"

local M = {}

local SIGNAL_CODES = { INT = 130, TERM = 143 } -- 128 + the signal's number, as shells have it

--- Declares the arguments.
function M.arguments(parser)
  parser:flag("--portal", "Use a fresh embedded portal instead of an account.")
  parser:option("--seed", "Lines of JSON that the portal begins with."):argname "FILE"
  parser:option("--concurrency", "Requests in flight.", "8"):convert(math.tointeger):argname "N"
  parser:option("--progress", "Seconds from one line of progress to the next, where stderr is no terminal.", "5")
    :convert(tonumber):argname "SECONDS"
  parser:flag("-q --quiet", "No progress on stderr.")
end

local function read(path)
  local file, problem = io.open(path, "rb")
  if not file then errors.raise("FILE_FAILED", problem) end
  local text = file:read "a"
  file:close()
  return text
end

--- Connects as the arguments say: to $HUBSPOT_TOKEN's account at $TETHER_URL, or to a portal.
-- @treturn hub
-- @treturn ?portal to be closed behind the hub
function M.connect(options)
  local tether = require "tether"
  if not options.portal then
    if options.seed then errors.raise("BAD_ARGUMENT", "--seed belongs to --portal") end
    return tether.connect { concurrency = options.concurrency }
  end
  local portal = tether.portal()
  if options.seed then portal:seed(read(options.seed)) end
  return tether.connect { url = portal.url, token = portal.token, concurrency = options.concurrency }, portal
end

--- Watches for Ctrl-C and SIGTERM: the first one is told by `stop`, a second one ends the program at once.
-- @tparam function told called once, when the first one is noticed
-- @treturn table { stop = function() -> boolean, code = function() -> exit code or nil, close = function }
function M.watch(told)
  local interrupt, noticed = errors.check(native.interrupt()), false
  local watch = {}
  function watch.stop()
    local came = interrupt:came()
    if came and not noticed then
      noticed = true
      told()
    end
    return came ~= nil
  end
  function watch.code()
    return SIGNAL_CODES[interrupt:came()]
  end
  return setmetatable(watch, { __close = function() interrupt:close() end })
end

return M
