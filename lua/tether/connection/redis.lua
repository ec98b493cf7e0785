--- A connection to a Redis server, for what machines share. A task that waits for an answer is suspended. The module is
-- loaded only where something is shared.
local check = require "tether.check"
local environment = require "tether.connection.environment"
local errors = require "tether.error"
local native = require "tether.redis.native"
local task = require "tether.task"

local Redis = { __name = "tether.redis" }
Redis.__index = Redis

local M = {}

local known = { password = "string", password_file = "string", ca_file = "string", ca_folder = "string",
  timeout = "number" }

--- The settings of a connection. The password comes from a file or the environment, never from the address.
-- @tparam string url redis://, rediss:// or unix://
-- @tparam[opt] table options password, password_file (mode 0600), ca_file, ca_folder, timeout (seconds, 5)
-- @treturn table as the native module takes it
function M.settings(url, options)
  local given = check.options("redis", options, known)
  local password, file = environment.redis_password()
  return { url = url, password = given.password or (not given.password_file and password or nil),
    password_file = given.password_file or (not given.password and not password and file or nil),
    ca_file = given.ca_file, ca_folder = given.ca_folder, timeout_ms = math.floor((given.timeout or 5) * 1000) }
end

--- Makes the grants of a quota that machines share; a session takes them over.
-- @tparam table settings of M.settings, and lost = "alone" or "stop"
-- @return native grants
-- @raise BAD_ARGUMENT, FILE_FAILED, NO_MEMORY
function M.grants(settings)
  local own = M.settings(settings.url, { password_file = settings.password_file, ca_file = settings.ca_file,
    ca_folder = settings.ca_folder })
  own.lost = settings.lost
  return errors.check(native.grants(own))
end

--- Opens a connection, and waits until the server has accepted it.
-- @tparam string url redis://, rediss:// or unix://
-- @tparam[opt] table options as for settings
-- @treturn redis
-- @raise BAD_ARGUMENT, REDIS_FAILED, REDIS_LOST, FILE_FAILED: each message tells cause and remedy in one line
function M.open(url, options)
  local settings = M.settings(url, options)
  local opened, err = native.open(settings)
  local self = setmetatable({ native = errors.check(opened, err), settled = {}, host = { note = function() end } },
    Redis)
  local ok, problem = pcall(self.call, self, { "PING" }, settings.timeout_ms / 1000, true)
  if ok then return self end
  self:close()
  error(problem, 0)
end

--- Sends a command, and waits for its answer.
-- @tparam {string,...} words
-- @tparam[opt] number seconds 5; an answer that is later ends the connection, which is made again
-- @tparam[opt] boolean at_once fails as soon as an attempt to connect fails, instead of waiting for the next attempt
-- @return the answer: integer, string, table, or false for Redis' nil
-- @raise REDIS_FAILED, REDIS_LOST; `reply` is the error reply, if one came
function Redis:call(words, seconds, at_once)
  task.check()
  return self:wait(errors.check(self.native:ask(words, math.ceil((seconds or 5) * 1000), at_once)))
end

--- Runs a script by its digest.
-- @param script of M.script
-- @tparam {string,...} keys
-- @tparam {string,...} arguments
-- @tparam[opt] number seconds as for call
-- @return the answer, as of call
function Redis:run(script, keys, arguments, seconds)
  task.check()
  return self:wait(errors.check(self.native:run(script, keys, arguments, math.ceil((seconds or 5) * 1000))))
end

--- Waits for the answer of a ticket that `redis.native:ask` or `:run` has given.
-- @tparam integer ticket
-- @return as of call
function Redis:wait(ticket)
  local value, err = task.wait(self, self.settled, ticket)
  if err then error(errors.adopt(err), 0) end
  return value
end

--- Makes a script. Its text is sent only to a server that does not know its digest.
-- @tparam string text
function M.script(text)
  return errors.check(native.script(text))
end

-- The methods by which tether.task drives a connection.
function Redis:step(wait_ms)
  self.native:step(wait_ms)
  return true
end

-- The same methods as a session has. A connection has no timer of its own, and its commands cannot be cancelled.
function Redis:take() return self.native:take() end

function Redis:fd() return self.native:fd() end

function Redis.timeout() return -1 end

function Redis.takes_all() end

function Redis.cancel() return false end

--- Version, run id and name of the server.
-- @treturn table { version =, run_id =, name = }
function Redis:facts() return self.native:facts() end

--- Ends the connection.
function Redis:close()
  self.closed = true
  self.native:close()
end

return M
