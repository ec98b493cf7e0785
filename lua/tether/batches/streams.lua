--- Streams of several pairs of object types as one: what is added goes to the stream of its pair.
local stream = require "tether.batches.stream"

local M = {}

local Streams = { __name = "tether.streams" }

local SUMS = { linked = true, unchanged = true, skipped = true, rejected = true, unknown = true, not_sent = true,
  batches = true }

-- A count of the streams is the sum of their counts.
function Streams:__index(name)
  if Streams[name] then return Streams[name] end
  if not SUMS[name] then return nil end
  local sum = 0
  for _, running in ipairs(rawget(self, "list")) do sum = sum + running[name] end
  return sum
end

--- Makes an empty list; the first set of a pair opens its stream.
-- @tparam table hub
-- @tparam table options as for a stream; `fail` is told of rows that have from_type and to_type as well
-- @treturn streams the methods and counts of a stream
function M.open(hub, options)
  return setmetatable({ hub = hub, options = options, list = {}, by_pair = {} }, Streams)
end

local function options_of(self, from, to)
  local mine = {}
  for name, value in pairs(self.options) do mine[name] = value end
  mine.fail = function(row)
    row.from_type, row.to_type = from, to
    self.options.fail(row)
  end
  return mine
end

local function stream_of(self, from, to)
  local key = from .. " " .. to
  if not self.by_pair[key] then
    self.by_pair[key] = stream.open(self.hub, from, to, options_of(self, from, to))
    self.list[#self.list + 1] = self.by_pair[key]
  end
  return self.by_pair[key]
end

--- Adds a piece to the stream of its pair. An error that ends one stream ends all.
function Streams:add(set)
  local running = stream_of(self, set.from, set.to)
  running:add(set)
  if running.stopped then self:stop(running.stopped) end
end

--- Sends the remaining rows and waits for every batch.
function Streams:finish()
  for _, running in ipairs(self.list) do
    if self.stopped then running:stop(self.stopped) end
    running:finish()
    if running.stopped then self:stop(running.stopped) end
  end
end

--- Stops sending, apart from rows that a batch in flight asks to send again.
function Streams:stop(why)
  self.stopped = self.stopped or why
  for _, running in ipairs(self.list) do running:stop(why) end
end

--- Counts rows that were read and not sent.
function Streams:not_added(set)
  stream_of(self, set.from, set.to):not_added(set)
end

--- The least line of a row that was not sent; nil: there is none.
function Streams:least_line()
  local least
  for _, running in ipairs(self.list) do
    if running.first_line and (not least or running.first_line < least) then least = running.first_line end
  end
  return least
end

--- The labels that were made, and the merged records: old id -> id of the survivor.
function Streams:made()
  local created, merged = {}, {}
  for _, running in ipairs(self.list) do
    table.move(running.resolver.created, 1, #running.resolver.created, #created + 1, created)
    for old, new in pairs(running.merged) do merged[old] = new end
  end
  return created, merged
end

--- The number of links in pools that are not settled yet.
function Streams:linked_so_far()
  local linked = 0
  for _, running in ipairs(self.list) do
    for _, pool in ipairs(running.pools) do linked = linked + pool.result.linked end
  end
  return linked
end

--- Frees what it holds.
function Streams:close()
  for _, running in ipairs(self.list) do running:close() end
end

return M
