--- A session for the rest of the library: the native session, and two things that need Lua: functions that supply
-- tokens, and listeners. C calls no Lua, so both are called between two steps.
local errors = require "tether.error"
local jobs = require "tether.tasks.job"
require("tether.native").bind_lazily "libcurl.so.4" -- before the module that needs it
local native = require "tether.session.native"
local pump = require "tether.tasks.pump"
local scheduler = require "tether.tasks.scheduler"
local task = require "tether.task"

local Session = { __name = "tether.session" }
Session.__index = Session

local M = {}

local POLL_MS = 100 -- between two looks whether the quota can be shared
local TURN_S = 0.005 -- the same in a task, where other tasks go on meanwhile
local BEAT_MS = 250 -- between two calls of the program's own function during a wait

-- Notes once that the quota is not shared although it should be.
local function tell_unshared(self)
  local why = not self.told and self.native:unshared()
  if not why then return end
  self.told = true
  self.host.note(why .. ": other processes do not share the quota")
end

local function begin_sharing(self, suspend)
  while self.native:sharing() == "starting" do
    errors.check(self.native:step(suspend and 0 or POLL_MS))
    if suspend then jobs.sleep(TURN_S) end
  end
  local state, code = self.native:sharing()
  if state == "lost" then errors.raise(code, self.native:unshared()) end
end

-- Reports a wrong Redis server before anything is sent: here, or by the first call in a coroutine that is no task,
-- where waiting is impossible.
local function await_sharing(self)
  local may_wait, suspend = pcall(scheduler.suspender)
  if not may_wait then return end
  local fine, problem = pcall(begin_sharing, self, suspend)
  if fine then return end
  self.native:close()
  self.closed = true
  error(problem, 0)
end

--- Opens a session; nothing is sent yet.
-- @tparam table settings for the native session, see tether.options
-- @tparam table host { token = function or nil, on_renew = function or nil, note = function(sentence) }: the host's
--   functions
-- @treturn session
-- @raise TOKEN_MISSING, TOKEN_MALFORMED, URL_BAD, FILE_FAILED, REDIS_FAILED, REDIS_LOST
function M.open(settings, host)
  if settings.redis then settings.grants = require("tether.connection.redis").grants(settings.redis) end
  local opened, err = native.open(settings)
  if not opened and settings.share and settings.share_by_default and err.code == "FILE_FAILED" then
    settings.share, settings.unshared = nil, err.message
    opened, err = native.open(settings)
  end
  local self = setmetatable({ native = errors.check(opened, err), host = host, listeners = {}, calling = {},
    submitted = 0 }, Session)
  if settings.redis then await_sharing(self) end
  tell_unshared(self)
  return self
end

local DAY = 86400 -- seconds

-- Why the result of a token function cannot be used; nil: it can.
local function fault_of(token, seconds)
  if type(token) ~= "string" then return seconds ~= nil and tostring(seconds) or "it returned no text" end
  if token:find("\0", 1, true) then return "a NUL byte is in its token" end
  if seconds ~= nil and not (type(seconds) == "number" and seconds > 0) then
    return "it returned a token, and what is no number of seconds above 0 with it"
  end
end

-- Calls the function that supplies a token; nil and a text, or an error, when it has none.
local function supply(self)
  self.supplier = coroutine.running()
  local ok, token, seconds = pcall(self.host.token)
  self.supplier = nil
  if self.closed then return end
  local why
  if ok then why = fault_of(token, seconds) else why = errors.text(token) end
  if not why then
    local taken, err = self.native:renew(token, math.ceil(math.min(seconds or 0, 366 * DAY) * 1000))
    if taken then return end
    why = err.message
  end
  self.native:refuse("the token function failed: " .. why)
end

-- Passes tokens that OAuth has renewed to the host's function that stores them.
local function hand_out(self)
  local access_token, refresh_token, expires_in = self.native:renewed()
  if not access_token then return end
  local ok, problem = pcall(self.host.on_renew,
    { access_token = access_token, refresh_token = refresh_token, expires_in = expires_in })
  if not ok then self.host.note("on_renew failed, and the new tokens may be lost: " .. errors.text(problem)) end
end

local function tell(self, event)
  for _, listener in ipairs(table.pack(table.unpack(self.listeners[event.event] or {}))) do -- one may remove itself
    local ok, problem = pcall(listener, event)
    if not ok then
      self.host.note(("a listener of %q failed: %s"):format(event.event, errors.text(problem)))
      self.fault = self.fault or errors.of_callback(("a listener of %q"):format(event.event), problem)
    end
  end
end

local function tell_all(self)
  while next(self.listeners) and not self.closed do
    local event = self.native:event()
    if not event then break end
    tell(self, event)
  end
end

-- Calls a function of the host; a second call of the same kind waits for the first. It may wait, so it becomes a task
-- where there are tasks.
local function call(self, kind, run)
  if self.calling[kind] then return end
  self.calling[kind] = true
  jobs.detach(function()
    local ok, problem = pcall(run, self)
    self.calling[kind] = nil
    if not ok then error(problem, 0) end
  end, self.host.note)
end

-- Calls the functions of the host that are due. Each of them may close the session.
local function look_after(self)
  if not self.closed then tell_unshared(self) end
  if self.host.token and not self.closed and self.native:wants_token() then call(self, "token", supply) end
  if self.host.on_renew and not self.closed then call(self, "renew", hand_out) end
  if next(self.listeners) and not self.closed then call(self, "listeners", tell_all) end
end

-- The native session, unless this process is a fork: a child has copies of the descriptors, and what it writes would go
-- out on the connections of its parent.
local function opened(self)
  if self.closed then errors.raise("CLOSED", "this hub is closed") end
  if self.native:forked() then
    errors.raise("CLOSED", "this hub belongs to the process that opened it, and this one is its child",
      { hint = "connect again after the fork" })
  end
  return self.native
end

--- Advances requests that are ready; see the native session.
-- @tparam[opt] integer wait_ms
-- @return true, or nil and the error
function Session:step(wait_ms)
  local beats = self.heartbeat ~= nil
  if beats and (not wait_ms or wait_ms < 0 or wait_ms > BEAT_MS) then wait_ms = BEAT_MS end
  local ok, err = opened(self):step(wait_ms)
  look_after(self)
  if beats then self.heartbeat() end
  return ok, err
end

--- Calls a function while an answer is waited for, at each signal and four times a second.
-- @tparam ?function beat nil: no function any more
function Session:on_wait(beat)
  self.heartbeat = beat
end

--- Gives up all requests under way and refuses further ones: each is settled as CANCELLED.
-- @tparam string why
function Session:give_up(why)
  if self.given_up or self.closed then return end
  self.given_up = errors.new("CANCELLED", why)
  self.native:cancel_all()
end

--- Adds a listener, which is called at each event.
-- @tparam string event "request", "response", "retry", "wait" or "share"
-- @tparam function listener
-- @treturn function removes the listener
function Session:listen(event, listener)
  opened(self):listen(event, true)
  self.listeners[event] = self.listeners[event] or {}
  table.insert(self.listeners[event], listener)
  return function()
    for i, known in ipairs(self.listeners[event] or {}) do
      if known == listener then table.remove(self.listeners[event], i) end
    end
    if self.listeners[event] and #self.listeners[event] == 0 then
      self.listeners[event] = nil
      if not self.closed then self.native:listen(event, false) end
    end
  end
end

-- Refuses requests of the function that supplies the token: such a request would wait for the token, and the token for
-- it.
local function refuse_supplier(self)
  if self.supplier and self.supplier == coroutine.running() then
    errors.raise("BAD_ARGUMENT", "the token function of this hub uses the hub itself, which waits for the token",
      { hint = "fetch the token by another connection" })
  end
end

-- The caller must be able to wait for the answer. That is checked before sending, because afterwards the account may
-- already have applied the request.
for _, name in ipairs { "submit", "submit_rows", "ask_scopes", "knock" } do
  Session[name] = function(self, ...)
    local native_session = opened(self)
    refuse_supplier(self)
    if self.given_up then return nil, self.given_up end
    task.check()
    if self.before then self.before(name, ...) end
    local ticket, err = native_session[name](native_session, ...)
    if ticket then self.submitted = self.submitted + 1 end
    return ticket, err
  end
end

for _, name in ipairs { "take", "recycle", "cancel", "fd", "timeout", "alarm", "takes_all", "under_way", "stats",
  "day_ends", "day_is_low", "region", "hide", "lease" } do
  Session[name] = function(self, ...)
    local native_session = opened(self)
    return native_session[name](native_session, ...)
  end
end

--- The error that a listener has raised since the last call; it is forgotten then. A run over many rows ends because of
-- it, once the requests under way are settled.
-- @treturn ?table error value
function Session:take_fault()
  local fault = self.fault
  self.fault = nil
  return fault
end

--- Closes the session. May be called twice, also by a function that the session calls.
function Session:close()
  if not self.closed then pump.close(self) end
  self.closed = true
  self.native:close()
end

return M
