--- A lease: the right to send one batch, as long as it is renewed. A worker that loses it stops sending.
local native = require "tether.native"
local tasks = require "tether.tasks.job"

local M = {}

local Lease = { __name = "tether.work.lease" }
Lease.__index = Lease

local RENEWALS = 6 -- renewals in the time of a lease
local LEAST = 3 -- a request begins only while more than a third of the lease is left

--- Makes a lease that Redis has given.
-- @tparam table worker session of its hub: `session`; line = to Redis, for renewals
-- @tparam table given keys, epoch, batch, n, token, lease_ms; asked_ms: when it was asked for
-- @treturn lease
function M.new(worker, given)
  return setmetatable({ worker = worker, given = given, until_ms = given.asked_ms + given.lease_ms }, Lease)
end

-- The lease counts from before the question, because Redis may have answered at once.
local function bind(self)
  local left_ms = math.max(0, self.until_ms - native.clock_ms())
  self.worker.session:lease(left_ms, self.given.lease_ms // LEAST)
end

local function renew(self)
  local given, asked_ms = self.given, native.clock_ms()
  local said = self.worker.line:run("renew", given.keys, given.epoch, given.batch, given.n, given.token,
    self.worker:facts())
  if said[1] ~= "fine" then
    self.lost = said[1] == "gone" and "Redis has lost the job" or "somebody else has this batch by now"
    return
  end
  self.until_ms = asked_ms + given.lease_ms
  bind(self)
end

-- Renews the lease until it is cancelled. While Redis is away the lease runs out, and requests wait; when Redis is
-- back, its answer tells whether the worker still has the batch.
-- is still ours is said when Redis is back.
local function keep(self, give_up)
  repeat
    tasks.sleep(self.given.lease_ms / 1000 / RENEWALS)
    renew(self)
  until self.lost
  give_up()
end

--- Calls a function within the lease, which is renewed meanwhile.
-- @tparam function fn
-- @treturn boolean whether it returned
-- @return what it returned, or raised
function Lease:hold(fn)
  local results
  bind(self)
  local holder
  holder = tasks.start(function()
    local keeper = tasks.start(keep, self, function() holder:cancel() end)
    results = table.pack(pcall(fn))
    keeper:cancel()
  end)
  local fine, problem = pcall(holder.wait, holder)
  self.worker.session:lease(-1)
  if not fine then return false, problem end
  return table.unpack(results, 1, results.n)
end

return M
