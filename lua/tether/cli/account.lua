--- What the commands that talk to an account share: which account, and how Ctrl-C ends them.
local errors = require "tether.error"
local progress = require "tether.cli.progress"
local native = require "tether.native"

local M = {}

--- Whether an error is what the interpreter raises at Ctrl-C, where no command watches for it; also in a function that
-- the library has called.
-- @param problem any error value
-- @treturn boolean
function M.is_interrupt(problem)
  if errors.is(problem) and problem.cause then problem = problem.cause end
  return type(problem) == "string" and problem:find "interrupted!$" ~= nil
end

-- 128 + the signal's number, as shells have it; a terminal that is closed is as good as Ctrl-C.
local SIGNAL_CODES = { INT = 130, HUP = 130, TERM = 143 }

--- For options that take numbers: what to convert with, so that a message names the option.
function M.number(name, convert, wanted)
  return function(text)
    local value = convert(tonumber(text))
    if value then return value end
    return nil, ("%s: %s is needed, got %s"):format(name, wanted or "a whole number", text)
  end
end

--- Declares the arguments.
function M.arguments(parser)
  parser:flag("--portal", "Use a fresh embedded portal instead of an account.")
  parser:option("--seed", "Lines of JSON that the portal begins with."):argname "FILE"
  parser:option("--concurrency", "Requests in flight.", "8"):argname "N"
    :convert(M.number("--concurrency", math.tointeger))
  parser:option("--progress", "Seconds from one line of progress to the next, where stderr is no terminal.", "5")
    :convert(M.number("--progress", tonumber, "a number")):argname "SECONDS"
  parser:flag("-q --quiet", "No progress on stderr.")
end

--- Seeds a portal from a file and tells how far it is, where that takes its time.
-- @tparam portal portal
-- @tparam string path
-- @param err where progress goes
-- @tparam table options quiet, progress = seconds between plain lines
function M.seed(portal, path, err, options)
  local shown = progress.new(err, options)
  portal:seed_file(path, function(done, all, lines)
    shown:show { { "lines seeded", lines }, part = done / all }
  end)
  shown:finish()
end

local connected -- to an account, by the command

--- What is kept of an account when a command has ended: its labels, for completion.
function M.ended()
  if connected then require("tether.cli.labels").keep(connected) end
end

--- Connects as the arguments say: to $HUBSPOT_TOKEN's account at $TETHER_URL, or to a portal.
-- @treturn hub
-- @treturn ?portal to be closed behind the hub
function M.connect(options)
  local tether = require "tether"
  if not options.portal then
    if options.seed then errors.raise("BAD_ARGUMENT", "--seed belongs to --portal") end
    connected = tether.connect { concurrency = options.concurrency }
    return connected
  end
  local portal = tether.portal()
  if options.seed then M.seed(portal, options.seed, io.stderr, options) end
  return tether.connect { url = portal.url, token = portal.token, concurrency = options.concurrency }, portal
end

local LONG_WAIT_MS = 15000 -- longer than the window of ten seconds, which a full run waits for all the time

--- Tells, once, that a request got no answer and is sent again: until it gives up nothing else may move.
-- @tparam hub hub
-- @tparam function say called with the sentence
-- @tparam[opt] watch watch asked as well, since no batch ends that would ask it
function M.tell_retries(hub, say, watch)
  local told, problem = false, nil
  hub:on("response", function(event) problem = event.problem end)
  hub:on("retry", function()
    if watch then watch.stop() end
    if told or not problem then return end
    told = true
    say(problem .. "; trying again, for at most 120 s")
  end)
  hub:on("wait", function(event)
    if event.wait_ms < LONG_WAIT_MS then return end
    say(("the account asks for a pause: waiting for %d s"):format(event.wait_ms // 1000))
  end)
end

--- Watches for Ctrl-C, SIGTERM and SIGHUP: the first one is told by `stop`, a second one ends the program at once.
-- @tparam function told called once, when the first one is noticed
-- @treturn table { stop = function() -> boolean, code = function() -> exit code or nil,
--   guard = function(hub, grace_ms): what is under way when the first one comes is given up after that, whatever the
--   server does; close = function }
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
  function watch.guard(hub, grace_ms)
    local over
    hub.session:on_wait(function()
      if not watch.stop() then return end
      over = over or native.clock_ms() + grace_ms
      if native.clock_ms() >= over then hub.session:give_up("interrupted") end
    end)
  end
  return setmetatable(watch, { __close = function() interrupt:close() end })
end

return M
