--- Calls to Redis that are repeated while it is away. Each may be made twice; the scripts allow for that.
local errors = require "tether.error"
local native = require "tether.native"
local redis = require "tether.connection.redis"
local scripts = require "tether.work.scripts"
local tasks = require "tether.tasks.job"

local M = {}

local Line = { __name = "tether.work.line" }
Line.__index = Line

local ANSWER_S = 3 -- seconds; a script takes microseconds, so a slower server counts as gone
local AGAIN_S = 0.25 -- between two tries while the server is away

--- Connects. A server that cannot be reached is reported at once, whatever the patience.
-- @tparam string url redis://host:6379/0, rediss:// or unix://
-- @tparam table options patience = seconds for which a call is tried again while the server is away;
--   told = function(text): it is away, or back; stop = function() -> boolean: ends the trying;
--   server = options of the connection, see tether.connection.redis; nil: those of the environment
-- @treturn line
-- @raise BAD_ARGUMENT: it is no address; FILE_FAILED, REDIS_FAILED, REDIS_LOST
function M.open(url, options)
  local self = setmetatable({ redis = redis.open(url, options.server), url = url, scripts = {},
    patience = options.patience, told = options.told, stop = options.stop }, Line)
  for name, text in pairs(scripts.texts) do self.scripts[name] = redis.script(text) end
  return self
end

local function again(self, ask)
  local over = native.clock_ms() + self.patience * 1000
  while true do
    local fine, answer = pcall(ask, self.redis)
    if fine then
      if self.is_away then self.told "Redis answers again" end
      self.is_away = nil
      return answer
    end
    local may_pass = errors.is(answer) and answer.code == "REDIS_LOST"
    if not may_pass or native.clock_ms() >= over or self.stop() then error(answer, 0) end
    if not self.is_away then self.told(answer.message .. "; trying again") end
    self.is_away = true
    tasks.sleep(AGAIN_S)
  end
end

local function texts(list)
  local words = {}
  for i, word in ipairs(list) do words[i] = tostring(word) end
  return words
end

--- Sends a command.
-- @tparam {string|integer,...} words
-- @tparam[opt] integer wait_ms how long the server itself may wait
-- @return its answer: text, integer, array; false where it has none
-- @raise REDIS_FAILED: a user must mend something; REDIS_LOST: the server was away for too long
function Line:call(words, wait_ms)
  local asked = texts(words)
  return again(self, function(server) return server:call(asked, ANSWER_S + (wait_ms or 0) / 1000) end)
end

--- Runs a script on the keys of a job.
-- @tparam string name see tether.work.scripts
-- @tparam {string,...} keys
-- @param ... its arguments
-- @treturn table its answer; { "gone" } also where the server lost the job between two steps
function Line:run(name, keys, ...)
  local arguments, script = texts { ... }, self.scripts[name]
  local fine, answer = pcall(again, self, function(server) return server:run(script, keys, arguments, ANSWER_S) end)
  if fine then return answer end
  if errors.is(answer) and (answer.reply or ""):match "^NOGROUP" then return { "gone" } end
  error(answer, 0)
end

--- Ends the connection. May be called twice.
function Line:close()
  self.redis:close()
end

return M
