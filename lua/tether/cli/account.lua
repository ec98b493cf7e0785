--- What commands on an account share: connecting to it, and ending at Ctrl-C.
local errors = require "tether.error"
local progress = require "tether.cli.shown.progress"
local native = require "tether.native"

local M = {}

--- Whether an error is the one that the interpreter raises at Ctrl-C when no command watches for it, also inside a
-- function that the library has called.
-- @param problem any error value
-- @treturn boolean
function M.is_interrupt(problem)
  if errors.is(problem) and problem.cause then problem = problem.cause end
  return type(problem) == "string" and problem:find "interrupted!$" ~= nil
end

-- Exit codes of signals: 128 + the signal's number, as in shells. SIGHUP of a closed terminal has the code of Ctrl-C.
local SIGNAL_CODES = { INT = 130, HUP = 130, TERM = 143 }

--- Seeds a portal from a file, and shows progress where that takes time.
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

local connected -- the hub that the command has connected

--- Keeps the labels of the command's account for completion, when the command has ended.
function M.ended()
  if connected then require("tether.cli.labels").keep(connected) end
end

-- The account that the arguments name: by a token file and a server, by a profile, or by the environment.
local function named(options)
  local given = { url = options.url, token_file = options.token_file }
  if options.profile or not (given.token_file or M.has_token()) then
    local profiles = require "tether.cli.profiles"
    local profile = profiles.get(options.profile or profiles.DEFAULT, options.profile == nil)
    if profile then
      given.url, given.token_file = given.url or profile.url, given.token_file or profile.token_file
      given.share = profile.share
    end
  end
  return given
end

--- Connects to a second account, which `--from-profile`, or `--from-token-file` and `--from-url`, name.
-- @tparam table options the command's
-- @treturn hub
-- @raise BAD_ARGUMENT, FILE_FAILED
function M.source(options)
  local given = { url = options.from_url, token_file = options.from_token_file }
  if options.from_profile then
    local profile = require "tether.cli.profiles".get(options.from_profile)
    given.url, given.token_file = given.url or profile.url, given.token_file or profile.token_file
  end
  given.url = given.url or "https://api.hubapi.com" -- never the server of the account that is written to
  given.concurrency = options.concurrency
  if options.verbose then given.log = "info" end
  return require "tether".connect(given)
end

--- Whether the environment has a token.
-- @treturn boolean
function M.has_token()
  return (os.getenv "HUBSPOT_TOKEN" or "") ~= ""
end

local function is_redis(share) return share ~= nil and share:match "^%a[%w+.-]*://" ~= nil end

local function shared_by_environment()
  local share = os.getenv "TETHER_SHARE" or ""
  return share ~= "" and share or nil
end

--- Has the quota shared by the Redis server of a job, where nothing else says by which one.
-- @tparam table options the command's
-- @tparam string address of that server
function M.share_by(options, address)
  if options.share or shared_by_environment() or not is_redis(address) then return end -- else it would be a folder
  options.share = address
end

-- By what the quota is shared, and that server's password.
local function add_sharing(given, options)
  given.share, given.share_password_file = options.share or given.share, options.share_password_file
  if not given.share_password_file or is_redis(given.share or shared_by_environment()) then return end
  errors.raise("BAD_ARGUMENT", "--share-password-file: no Redis server is named that it is for",
    { hint = "name it by --share redis://HOST:6379/0, or by $TETHER_SHARE" })
end

--- The options of tether.connect, as the arguments say.
-- @tparam table options the command's
-- @treturn table for tether.connect
-- @treturn ?portal which the caller closes after the hub
-- @raise BAD_ARGUMENT, FILE_FAILED
function M.connection(options)
  local given, portal
  if options.portal then
    portal = require "tether".portal()
    if options.seed then M.seed(portal, options.seed, io.stderr, options) end
    given = { url = portal.url, token = portal.token }
  else
    if options.seed then errors.raise("BAD_ARGUMENT", "--seed belongs to --portal") end
    given = named(options)
  end
  given.concurrency = options.concurrency
  add_sharing(given, options)
  if options.verbose then given.log = "info" end
  return given, portal
end

--- Connects as the arguments say.
-- @treturn hub
-- @treturn ?portal which the caller closes after the hub
function M.connect(options)
  local given, portal = M.connection(options)
  local hub = require "tether".connect(given)
  if not portal then connected = hub end
  return hub, portal
end

--- Closes what connect has opened.
-- @tparam hub hub
-- @tparam ?portal portal
function M.close(hub, portal)
  hub:close()
  if portal then portal:close() end
end

local LONG_WAIT_MS = 15000 -- longer than the window of ten seconds, for which a busy run waits often

-- Tells once that machines do not share the quota any more, and once that they share it again.
local function tell_sharing(hub, say)
  local told = {}
  hub:on("share", function(event)
    local what = event.problem and "lost" or "back"
    if told[what] or what == "back" and not told.lost then return end
    told[what] = true
    if what == "back" then return say "Redis is back: the quota is shared again" end
    say(event.problem .. ": the quota is not shared; calls wait, and then go on with a part of it (share_lost)")
    for i = #hub.notices, 1, -1 do -- removed, so that the end does not tell them again
      if hub.notices[i]:find(event.problem, 1, true) then table.remove(hub.notices, i) end
    end
  end)
end

--- Tells once that a request got no answer and is sent again, since nothing else may move until it gives up. Tells as
-- well when the quota is not shared any more.
-- @tparam hub hub
-- @tparam function say called with the sentence
-- @tparam[opt] watch watch which is asked here too, because no batch ends meanwhile that would ask it
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
  tell_sharing(hub, say)
end

--- Watches for Ctrl-C, SIGTERM and SIGHUP. After the first signal `stop` answers true; a second signal ends the program
-- at once.
-- @tparam function told called once, when the first signal is noticed
-- @treturn table { stop = function() -> boolean, code = function() -> exit code or nil,
--   guard = function(hub, grace_ms, shown): gives up what is under way when the grace after the first signal is over,
--   whatever the server does; progress goes on meanwhile; close = function }
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
  function watch.guard(hub, grace_ms, shown)
    local over
    hub.session:on_wait(function()
      shown:again()
      if not watch.stop() then return end
      over = over or native.clock_ms() + grace_ms
      if native.clock_ms() >= over then hub.session:give_up("interrupted") end
    end)
  end
  return setmetatable(watch, { __close = function() interrupt:close() end })
end

--- Prepares a long command: connects, shows progress, and watches for Ctrl-C.
-- @tparam table options of the command
-- @param err
-- @tparam integer grace_ms how long requests under way may take after the first Ctrl-C
-- @tparam string text what is said at the first Ctrl-C
-- @treturn hub
-- @treturn ?portal
-- @treturn table progress
-- @treturn table watch
function M.guarded(options, err, grace_ms, text)
  local hub, portal = M.connect(options)
  local shown = progress.new(err, options)
  local watch = M.watch(function() shown:say(text) end)
  watch.guard(hub, grace_ms, shown)
  M.tell_retries(hub, function(told) shown:say(told) end, watch)
  return hub, portal, shown, watch
end

--- Runs a command on an account: connects, watches for Ctrl-C, tells retries and notices, and closes.
-- @tparam table options the command's
-- @param err where messages go
-- @tparam function body called with the hub, the progress, and the watch for Ctrl-C (see watch); it answers the exit
--   code
-- @treturn integer exit code of the body, or of the signal that ended the command
function M.run(options, err, body)
  local hub, portal, shown, guard = M.guarded(options, err, 0, "stopping")
  local watch <close> = guard
  local ran, code = pcall(body, hub, shown, watch)
  if not ran and not watch.stop() then error(code, 0) end
  for _, notice in ipairs(options.quiet and {} or hub.notices) do shown:say(notice) end
  M.close(hub, portal)
  return watch.code() or code
end

return M
