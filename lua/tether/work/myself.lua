--- The name of a process in Redis, and its facts there.
local errors = require "tether.error"
local jobs = require "tether.plan.parts.job"
local json = require "tether.json"

local M = {}

local function first_of(path, what)
  local file <close> = io.open(path)
  return file and file:read(what)
end

--- The machine and the process: "host:pid".
-- @treturn string
function M.name()
  local host = (first_of("/proc/sys/kernel/hostname", "l") or "host"):gsub("[^%w._-]", "_")
  return ("%s:%d"):format(host, first_of("/proc/self/stat", "n") or 0)
end

--- A name that no other process has or will have: "host:pid:random".
-- @treturn string
function M.token()
  return ("%s:%s"):format(M.name(), jobs.new_id())
end

--- A token without its random part, for people.
-- @tparam string token
-- @treturn string
function M.short(token)
  return token:match "^(.*):%x+$" or token
end

--- The facts of a worker as a line.
-- @tparam table facts batch =, rows =, calls =, began =, left =
-- @treturn string one line
function M.write(facts)
  return json.encode(facts)
end

--- Reads the facts of workers.
-- @tparam {string,...} list as the scripts answer it
-- @tparam integer now seconds, the server's
-- @tparam integer lease_ms a worker that was silent for three leases counts as gone
-- @treturn {table,...} name, batch, rows, calls, rate (rows a second), silent (seconds), is_there, left (why), code
function M.read(list, now, lease_ms)
  local found = {}
  for _, text in ipairs(list) do
    local token, facts, at = text:match "^(%S+) (.*) (%d+)$"
    local fine, worker = pcall(json.decode, facts or "")
    if fine and type(worker) == "table" then
      worker.token, worker.name, worker.silent = token, M.short(token), now - tonumber(at)
      worker.is_there = not worker.left and worker.silent * 1000 <= 3 * lease_ms + 3000
      found[#found + 1] = worker
    end
  end
  table.sort(found, function(a, b) return a.token < b.token end)
  return found
end

--- The reason why no worker is left, when the account has refused all of them.
-- @tparam {table,...} workers
-- @treturn ?table error value
function M.all_left(workers)
  local last
  for _, worker in ipairs(workers) do
    if worker.is_there then return nil end
    if worker.left and errors.codes[worker.code] then last = worker end
  end
  return last and errors.new(last.code, ("the last worker has left: %s"):format(last.left))
end

return M
