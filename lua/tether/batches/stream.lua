--- Writes a stream of links in full batches, whatever the size of the pieces that it comes in. Memory is that of a few
-- pieces.
--
-- A piece is a links set. Its rows are resolved, compared with the account's links, and pooled; rows that do not fill a
-- batch wait for the next piece. When a pair comes again later, it is sent with the types of its earlier row as well,
-- and only after that row is settled: the sources do not tell how an account treats a second write (wire.md, open
-- questions 3 and 4). For that, the last RECENT pairs that were sent are remembered.
--
--     piece    rows as the caller has them
--       |      resolve: the account's ids and types
--     part     .native a links set; .lines[row] its line in the file; .tags[row] the list of types that are asked for
--       |      compare: rows that the account has already go; what is left is gathered
--     pool     .native, .lines, .tags as of a part; .leaders[row] the row that stands for its pair;
--       |      .result[row] what became of it; .written its rows as a links set of the hub
--     batches  .run: runs of row numbers of pool.native, each a request
--
-- A row number is valid in its own part or pool only: gathering gives it a new one. `carry` is a part of what did not
-- fill a batch, `again` one of rows whose labels have been resolved anew; both go into the next pool.
local lazy = require "tether.lazy"
local native = require "tether.native"
local bulk = require "tether.batches.bulk"
local cell = require "tether.links.cell"
local errors = require "tether.error"
local links = require "tether.sets.set"
local outcome = require "tether.outcome"
local problem = lazy "tether.connection.problem"
local primaries = lazy "tether.batches.primaries"
local reader = lazy "tether.batches.reader"
local renew = lazy "tether.batches.renew"
local resolve = require "tether.names.resolve"
local verify = lazy "tether.batches.verify"

local M = {}

local RECENT = 1 << 17 -- pairs: sixty-five batches, more than can be on their way
local READY = 2 -- batches
local MOST_LOOKS = 5 -- pools whose unknown rows are looked for under the ids of merged records: up to 200 calls each

local Stream = { __name = "tether.stream" }
Stream.__index = Stream

--- Opens a stream of links of one pair of object types.
-- @tparam table hub
-- @tparam string from object type
-- @tparam string to object type
-- @tparam table options read = false (no read before), verify = seconds or nil, keys = rules, create_labels = true,
--   fail = function({ from =, to =, label =, types =, line =, error = }) told of each row that is not done,
--   progress = function() told when something is settled
-- @treturn stream counts: linked, unchanged, skipped (by the rules for keys), rejected, unknown, not_sent;
--   `first_line`: of the rows not sent; `merged`: old id -> id of the record that it was merged into
function M.open(hub, from, to, options)
  return setmetatable({ hub = hub, from = from, to = to, options = options, operation = "batch_create", open = {},
    pools = {}, generation = 0, linked = 0, unchanged = 0, skipped = 0, rejected = 0, unknown = 0, not_sent = 0,
    batches = 0, looks = 0, merged = {},
    recent = errors.check(native.recent(RECENT)), resolver = resolve.new(hub, from, to, options) }, Stream)
end

local function all(part)
  return native.rows(1, #part.native)
end

local function new_part()
  return { native = errors.check(native.links()), lines = native.lines(), tags = native.lines() }
end

local function gather(into, part, rows)
  errors.check(native.gather(into.native, part.native, rows))
  errors.check(native.lines_gather(into.lines, part.lines, rows))
  errors.check(native.lines_gather(into.tags, part.tags, rows))
end

-- Frees the core's memory, which the garbage collector would not hurry to free.
local function close(part)
  if not part then return end
  part.native:close()
  for _, lines in ipairs { part.lines, part.tags } do native.lines_close(lines) end
end

-- The rows that need a write. Rows that the account has already are counted. Other types of the account's links are
-- added to the types that are sent.
local function compare(part, current)
  local compared = errors.check(native.outcome(#part.native))
  errors.check(compared:subtract_existing(part.native, current.native))
  local pending = compared:select(all(part), "pending")
  compared:close()
  current.native:close()
  return pending
end

local function tell_failures(self, pool, result)
  for row, err in result:failed_rows() do
    local from, to = pool.native:row(row)
    local tag = pool.tags[row]
    local list = self.resolver:list(tag)
    if tag and tag < 0 then from, to = to, from end -- the direction that the file has
    self.options.fail { from = from, to = to, label = cell.text(list), types = list, line = pool.lines[row],
      error = err }
    -- A row that was given up half way counts as not sent: whoever goes on sends it again, which is harmless.
    if err.code == "CANCELLED" then self.first_line = math.min(self.first_line or math.maxinteger, pool.lines[row]) end
    self.recent:forget(pool.native, native.rows(row, 1))
  end
end

local function note_not_sent(self, lines, rows)
  if #rows == 0 then return end
  local line = native.lines_least(lines, rows)
  self.not_sent = self.not_sent + #rows
  self.first_line = math.min(self.first_line or math.maxinteger, line or math.maxinteger)
end

-- Reads back what the answers left open, and what the options ask to verify.
local function look_again(self, result, written)
  if result.unknown > 0 and self.looks < MOST_LOOKS then
    self.looks = self.looks + 1
    verify.find_merged(self.hub, result, written)
    for old, new in pairs(result.merged or {}) do self.merged[old] = new end
  end
  if self.options.verify then verify.run(self.hub, result, written, "there", self.options.verify) end
end

-- Moves rows whose labels have changed out of this pool; they are sent again.
local function renew_types(self, pool)
  if self.stopped or pool.result.rejected == 0 then return end
  local part = new_part()
  local moved = renew.move(self.resolver, pool, pool.result, part)
  if #moved == 0 then return close(part) end
  self.again = self.again or new_part()
  gather(self.again, part, all(part))
  close(part)
  for _, row in ipairs(moved) do
    self.recent:forget(pool.native, native.rows(row, 1))
    errors.check(pool.result.native:settle(native.rows(row, 1), "unchanged"))
  end
end

-- Counts and tells the rows of a pool whose batches are all settled.
local function end_pool(self, pool)
  local result = pool.result
  bulk.finish(pool.run)
  if not self.stopped then
    local read, err = pcall(look_again, self, result, pool.written)
    if not read then self:stop(err) end
  end
  errors.check(result.native:copy_from_leaders(pool.leaders))
  local renewed, late = pcall(renew_types, self, pool)
  if not renewed then self:stop(late) end
  for _, state in ipairs { "linked", "rejected", "unknown" } do self[state] = self[state] + result[state] end
  note_not_sent(self, pool.lines, result.native:select(all(pool), "pending"))
  if result.rejected + result.unknown > 0 then tell_failures(self, pool, result) end
  result.native:close()
  close(pool)
end

local function in_flight(self)
  local flying, left = 0, 0
  for _, pool in ipairs(self.pools) do flying, left = flying + pool.run.in_flight, left + pool.run:left() end
  return flying, left
end

-- The number of batches that are written out at once: those in flight, and READY more that can be sent as soon as one
-- is settled. Each takes the memory of its body.
local function width(self)
  return self.hub.concurrency + READY
end

local function submit_all(self)
  local flying = in_flight(self)
  for _, pool in ipairs(self.pools) do
    while flying < width(self) and pool.run:next_batch() do flying = flying + 1 end
  end
end

local function remove_settled(self)
  local left, done = {}, {}
  for _, pool in ipairs(self.pools) do
    if pool.run:left() > 0 then left[#left + 1] = pool else done[#done + 1] = pool end
  end
  self.pools = left
  for _, pool in ipairs(done) do end_pool(self, pool) end
end

local function tell_progress(self)
  if self.options.progress then self.options.progress() end
end

-- Sends and settles batches until at most `most` are left.
local function pump(self, most)
  while true do
    submit_all(self)
    local flying, left = in_flight(self)
    if left <= most or flying == 0 then break end
    local run = bulk.settle_next(self.hub, self.open)
    self.batches = self.batches + 1
    if run.fatal and not self.stopped then self:stop(run.fatal) end
    remove_settled(self)
    tell_progress(self)
  end
  remove_settled(self)
end

-- Divides rows into those that may be sent now and those that are held back, because an earlier write of their pair is
-- in flight.
local function divide(self, pool, distinct)
  local settled = self.pools[1] and self.pools[1].generation - 1 or self.generation
  return errors.check(self.recent:divide(pool.native, distinct, settled))
end

-- Settles batches in flight, as long as the rows held back would fill a batch, or are the last ones. Answers the rows
-- that may be sent.
local function release_held(self, pool, distinct, last)
  local size = bulk.ceiling(self.hub, self.operation)
  local free, held = divide(self, pool, distinct)
  while #held > 0 and (last or #held >= size) and #self.pools > 0 do
    pump(self, 0)
    free, held = divide(self, pool, distinct)
  end
  return free
end

-- Takes the rows that fill batches; at the end of the stream, all that may be sent.
local function take_full_batches(self, free, last)
  return last and free or free:slice(1, #free - #free % bulk.ceiling(self.hub, self.operation))
end

local function begin_pool(self, pool, last)
  local leaders, distinct = errors.check(pool.native:unify())
  local sent = take_full_batches(self, release_held(self, pool, distinct, last), last)
  if self.stopped then return note_not_sent(self, pool.lines, all(pool)) end
  local kept = native.unsent(leaders, sent)
  if #kept > 0 then
    self.carry = new_part()
    gather(self.carry, pool, kept)
  end
  if #sent == 0 then return close(pool) end
  self.generation = self.generation + 1
  errors.check(self.recent:add(pool.native, sent, self.generation))
  pool.written = links.wrap(self.from, self.to, { native = pool.native })
  pool.leaders, pool.generation, pool.result = leaders, self.generation, outcome.new(pool.written)
  errors.check(pool.result.native:settle(kept, "unchanged")) -- they belong to another pool now, which counts them
  pool.run = bulk.start(self.hub, self.operation, pool.result, sent, self.open)
  self.pools[#self.pools + 1] = pool
end

local function send_pool(self, pool, last)
  local fine, err = pcall(begin_pool, self, pool, last)
  if fine then return end
  self.carry = nil
  note_not_sent(self, pool.lines, all(pool))
  error(err, 0)
end

-- The parts that wait to be sent: rows that did not fill a batch, and rows that are sent again.
local function waiting(self)
  local found = {}
  for _, name in ipairs { "carry", "again" } do
    found[#found + 1] = self[name]
    self[name] = nil
  end
  return found
end

local function pool_of(self, part, rows)
  local pool = new_part()
  for _, pool_part in ipairs(waiting(self)) do
    gather(pool, pool_part, all(pool_part))
    close(pool_part)
  end
  if part then gather(pool, part, rows) end
  return pool
end

-- Sends and settles all waiting rows, also in batches that are not full.
local function flush(self)
  repeat
    while (self.carry or self.again) and not self.stopped do send_pool(self, pool_of(self), true) end
    pump(self, 0)
  until self.stopped or not self.again
end

local function count_end(self, row, found)
  if found.state == "pending" then
    self.not_sent = self.not_sent + 1
    self.first_line = math.min(self.first_line or math.maxinteger, row.line or math.maxinteger)
    return
  end
  self[found.state] = self[found.state] + 1
  if not found.error then return end
  self.options.fail { from = row.from, to = row.to, label = cell.text(row.list), types = row.list, line = row.line,
    error = errors.adopt(found.error) }
end

-- Writes rows that are the primary, when no other write is in flight.
local function send_primaries(self, part, numbers)
  if #numbers == 0 then return end
  local rows = { from_type = self.from, to_type = self.to }
  for i, row in ipairs(numbers) do
    local from, to = part.native:row(row)
    rows[i] = { from = from, to = to, list = self.resolver:list(part.tags[row]), line = part.lines[row] }
  end
  flush(self)
  local ends, stopped = {}, self.stopped
  if not stopped then ends, stopped = primaries.write(self.hub, rows, self.options) end
  for i, row in ipairs(rows) do count_end(self, row, ends[i] or { state = "pending" }) end
  if stopped then self:stop(stopped) end
end

-- Divides the rows of a part into those that go in batches and those that are the primary.
local function divided(self, part, rows)
  local special = next(self.resolver.primary_tags) and primaries.rows(self.resolver, part, rows) or {}
  if #special == 0 then return rows, special end
  local division = errors.check(native.outcome(#part.native))
  errors.check(division:settle(rows, "linked"))
  for _, row in ipairs(special) do errors.check(division:settle(native.rows(row, 1), "unknown")) end
  local others = division:select(all(part), "linked")
  division:close()
  return others, special
end

-- Resolves and compares a piece: answers a part, its rows that need a write, and the rows that cannot be sent.
local function compared_part(self, set)
  local part, lost = self.resolver:part(set)
  if self.options.read == false or #part.native == 0 then return part, all(part), lost end
  local current = reader.of_set(self.hub, { native = part.native, from = self.from, to = self.to })
  if self.resolver:is_stale(current.names) then part, lost = self.resolver:part(set) end
  return part, compare(part, current), lost
end

--- Adds a piece, which is used up; waits while enough batches are on their way.
-- @tparam links set of the stream's pair, with `lines`
-- @raise what refuses it before anything of it is sent: its rows are counted as not sent
function Stream:add(set)
  local fine, part, rows, lost = pcall(compared_part, self, set)
  if not fine then
    self:not_added(set)
    error(part, 0)
  end
  self.unchanged = self.unchanged + #part.native - #rows
  for _, row in ipairs(lost) do
    local state = row.error and "rejected" or "skipped"
    self[state] = self[state] + 1
    if row.error then self.options.fail(row) end
  end
  local others, special = divided(self, part, rows)
  send_pool(self, pool_of(self, part, others), false)
  send_primaries(self, part, special)
  close(part)
  close(set)
  pump(self, width(self))
  tell_progress(self)
  collectgarbage "step"
end

--- Sends the remaining rows and waits for every batch.
function Stream:finish()
  flush(self)
end

--- Stops sending; `finish` waits for the batches in flight. Rows that their answers ask to send again are sent, unless
-- the account or the connection refuses everything.
-- @param why the reason, kept in `stopped`
function Stream:stop(why)
  if self.stopped then return end
  self.stopped = why
  for _, pool in ipairs(self.pools) do
    if problem.is_beyond_rows(why) then pool.run:stop(why) else pool.run:drop() end
  end
  for _, pool_part in ipairs(waiting(self)) do
    note_not_sent(self, pool_part.lines, all(pool_part))
    close(pool_part)
  end
end

--- Counts rows that were read and not sent.
function Stream:not_added(set)
  note_not_sent(self, set.lines, native.rows(1, #set))
end

--- Frees what it holds.
function Stream:close()
  self.recent:close()
end

return M
