--- A session as the rest of the library sees it: the native one, and what needs Lua beside it: tokens from a function,
-- listeners. C calls no Lua: both are looked after between two steps.
local errors = require "tether.error"
local native = require "tether.session.native"

local Session = { __name = "tether.session" }
Session.__index = Session

local M = {}

--- Opens a session; nothing is sent yet.
-- @tparam table settings for the native session, see tether.options
-- @tparam table host { token = function or nil, on_renew = function or nil, note = function(sentence) }
-- @treturn session
-- @raise TOKEN_MISSING, TOKEN_MALFORMED, URL_BAD, FILE_FAILED
function M.open(settings, host)
  local opened, err = native.open(settings)
  if not opened and settings.share and settings.share_by_default and err.code == "FILE_FAILED" then
    host.note(err.message .. ": other processes of this machine do not share the quota")
    settings.share = nil
    opened, err = native.open(settings)
  end
  return setmetatable({ native = errors.check(opened, err), host = host, listeners = {} }, Session)
end

-- A function that brings a token: nil and a text, or an error, when it has none.
local function supply(self)
  local ok, token, more = pcall(self.host.token)
  if ok and type(token) == "string" then
    local seconds = type(more) == "number" and more or 0
    local taken, err = self.native:renew(token, math.max(0, math.floor(seconds * 1000)))
    if taken then return end
    return self.native:refuse("the token function brought a bad token: " .. err.message)
  end
  local why = ok and (more or "it returned no text") or token
  self.native:refuse("the token function failed: " .. tostring(why))
end

local function tell(self, event)
  for _, listener in ipairs(self.listeners[event.event] or {}) do
    local ok, problem = pcall(listener, event)
    if not ok then self.host.note(("a listener of %q failed: %s"):format(event.event, tostring(problem))) end
  end
end

local function look_after(self)
  if self.native:wants_token() then supply(self) end
  if self.host.on_renew then
    local access_token, refresh_token, expires_in = self.native:renewed()
    if access_token then
      self.host.on_renew { access_token = access_token, refresh_token = refresh_token, expires_in = expires_in }
    end
  end
  if next(self.listeners) then
    for event in self.native.event, self.native do tell(self, event) end
  end
end

--- Moves what is ready; see the native session.
-- @tparam[opt] integer wait_ms
-- @return true, or nil and the error
function Session:step(wait_ms)
  local ok, err = self.native:step(wait_ms)
  look_after(self)
  return ok, err
end

--- Calls a function at each event.
-- @tparam string event "request", "response", "retry" or "wait"
-- @tparam function listener
-- @treturn function takes the listener away
function Session:listen(event, listener)
  self.listeners[event] = self.listeners[event] or {}
  table.insert(self.listeners[event], listener)
  self.native:listen(event, true)
  return function()
    for i, one in ipairs(self.listeners[event] or {}) do
      if one == listener then table.remove(self.listeners[event], i) end
    end
    if self.listeners[event] and #self.listeners[event] == 0 then
      self.listeners[event] = nil
      self.native:listen(event, false)
    end
  end
end

for _, name in ipairs { "submit", "submit_rows", "take", "recycle", "cancel", "fd", "timeout", "under_way", "stats",
  "day_ends", "day_is_low", "close" } do
  Session[name] = function(self, ...)
    return self.native[name](self.native, ...)
  end
end

return M
