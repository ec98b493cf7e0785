--- A journal: a job file that keeps every write of links with the state before and after it, so that the writes of any
-- script can be undone.
--
-- Each write reads its pairs before and after: two more reads. Before the first byte is sent, the file has the state
-- before and the wanted state; when the write has ended, the file has the result. Only rows that changed remain in it.
local errors = require "tether.error"
local job_native = require "tether.job.native"
local jobs = require "tether.plan.parts.job"
local lookup = require "tether.names.lookup"
local native = require "tether.native"
local pair_facts = require "tether.plan.parts.pair"
local reader = require "tether.batches.reader"
local types = require "tether.types"

local M = {}

local STAGE = 1 -- of all its batches, so that they are undone in the order of the writes

local Journal = { __name = "tether.journal" }
Journal.__index = Journal

-- Operations that remove links or types; all others add.
local takes = { batch_archive = "links", dissociate = "links", batch_labels_archive = "types",
  dissociate_typed = "types" }

--- Makes a journal, or goes on with one. The file is made, and the account asked, at the first write.
-- @tparam table hub
-- @tparam string path of a file that is not there, or of a journal of this account
-- @treturn journal
function M.new(hub, path)
  return setmetatable({ hub = hub, path = path, pairs = {} }, Journal)
end

local function open(self)
  if native.file_facts(self.path) ~= "file" then
    local job = jobs.new(self.hub, "journal", self.path)
    errors.check(job:finish())
    return job
  end
  local job = jobs.open_to_write(self.path)
  local fine, problem = pcall(jobs.check_account, self.hub, job)
  if fine and errors.check(job:get "kind") ~= "journal" then
    fine, problem = false, errors.new("JOB_FILE", ("journal: %s is a job, and no journal"):format(self.path))
  end
  if fine then return job end
  job:close()
  error(problem, 0)
end

local function pair_of(self, from, to)
  local key = from .. " " .. to
  if self.pairs[key] then return self.pairs[key] end
  self.job = self.job or open(self)
  local id = errors.check(self.job:pair(from, to))
  pair_facts.name_types(self.hub, self.job, id, from, to)
  self.pairs[key] = { id = id, plain = lookup.plain(self.hub, from, to) }
  return self.pairs[key]
end

local function joined(list, more)
  local all, known = {}, {}
  for _, type in ipairs(list) do all[#all + 1], known[types.key(type)] = type, true end
  for _, type in ipairs(more) do
    if not known[types.key(type)] then all[#all + 1] = type end
  end
  return all
end

local function without(list, less)
  local left, known = {}, {}
  for _, type in ipairs(less) do known[types.key(type)] = true end
  for _, type in ipairs(list) do
    if not known[types.key(type)] then left[#left + 1] = type end
  end
  return left
end

-- The types that the account has for some pairs: from -> to -> list of { category =, id = }.
local function read(self, links, core)
  local current, found = reader.of_set(self.hub, { native = core, from = links.from, to = links.to }), {}
  for row = 1, #current.native do
    local from, to, index = current.native:row(row)
    found[from] = found[from] or {}
    found[from][to] = current.native:set(index)
  end
  current.native:close()
  return found
end

local function held(found, from, to)
  return found[from] and found[from][to]
end

-- The index of a list of types in the job; 0: no link.
local function interned(self, list)
  return list and errors.check(self.job:intern(list)) or 0
end

local function expected(kind, before, named, plain)
  if kind == "links" then return nil end
  if kind == "types" then return before and without(before, named) end
  return joined(joined(before or {}, named), { plain })
end

-- The changes that a write shall make, in the form of a job.
local function planned(self, pair, kind, core, before)
  local list = {}
  for row = 1, #core do
    local from, to, index = core:row(row)
    local now = held(before, from, to)
    list[#list + 1], list[#list + 2] = from, to
    list[#list + 1] = interned(self, now)
    list[#list + 1] = interned(self, expected(kind, now, core:set(index), pair.plain))
  end
  return list
end

-- The changes that a write has made.
local function made(self, core, before, after)
  local list = {}
  for row = 1, #core do
    local from, to = core:row(row)
    local was, is = interned(self, held(before, from, to)), interned(self, held(after, from, to))
    if was ~= is then
      list[#list + 1], list[#list + 2], list[#list + 3], list[#list + 4] = from, to, was, is
    end
  end
  return list
end

local function add(self, pair, list, result)
  local id = errors.check(self.job:add(pair.id, STAGE, list))
  local batch <close> = errors.check(self.job:load { id = id, stage = STAGE })
  errors.check(self.job:move(id, "sent", batch))
  if not result then return id end
  batch:replace("pending", result)
  errors.check(self.job:move(id, "settled", batch))
end

-- Replaces the planned changes of a write by the changes that it made.
local function close(self, pair, id, list)
  errors.check(self.job:begin())
  if #list > 0 then add(self, pair, list, "done") end
  local batch <close> = errors.check(self.job:load { id = id, stage = STAGE, state = "sent" })
  batch:replace("pending", "already")
  errors.check(self.job:move(id, "settled", batch))
  errors.check(self.job:finish())
end

--- Begins a write: reads and keeps the present state.
-- @tparam string operation
-- @tparam links links with types of the account
-- @param rows native rows: those that are written
-- @treturn function to be called when the write has ended; what cannot be read then stays as it was planned
-- @raise what refuses the read, or the file: nothing is written then
function Journal:begin(operation, links, rows)
  if #rows == 0 then return function() end end
  local core = errors.check(native.links())
  errors.check(native.gather(core, links.native, rows))
  local pair = pair_of(self, links.from, links.to)
  local before = read(self, links, core)
  errors.check(self.job:begin())
  local id = add(self, pair, planned(self, pair, takes[operation], core, before))
  errors.check(self.job:finish())
  return function()
    local fine, after = errors.try(read, self, links, core)
    if fine then close(self, pair, id, made(self, core, before, after)) end
  end
end

--- Keeps the links that records were made with; before, there were none. The ids are known only after the create, so
-- records that a process makes just before it dies are not in the file.
-- @tparam links links of one pair of object types
-- @raise what refuses the read, or the file
function Journal:born(links)
  local pair = pair_of(self, links.from, links.to)
  local list = made(self, links.native, {}, read(self, links, links.native))
  errors.check(self.job:begin())
  if #list > 0 then add(self, pair, list, "done") end
  errors.check(self.job:finish())
end

--- Closes the file. May be called twice.
function Journal:close()
  if self.job then self.job:close() end
  self.job = nil
end

-- -- undoing: all writes to a pair become one change, from its first state to its last
-- ----------------------------------

-- Whether a change was written, or may have been.
local function is_change(result)
  return result == "done" or result == "pending" or result == "unknown"
end

local function fold_batch(job, facts, folded)
  local batch <close> = errors.check(job:load(facts))
  for row = 1, #batch do
    local from, to, before, after, result = batch:row(row)
    if is_change(result) then
      folded[from] = folded[from] or {}
      local change = folded[from][to]
      if not change then
        change = { before = before }
        folded[from][to] = change
        folded.order[#folded.order + 1] = { from, to }
      end
      change.after, change.open = after, change.open or result ~= "done"
    end
  end
end

local function has_primary(job, set)
  for _, type in ipairs(job:types(set)) do
    if lookup.is_primary(type) then return true end
  end
  return false
end

local LINK, RELABEL, UNLINK, PRIMARY = 1, 2, 3, 5

local function put(lists, number, is_open, ...)
  local key = number .. (is_open and " open" or "")
  lists[key] = lists[key] or { stage = number, open = is_open }
  for i = 1, 4 do lists[key][#lists[key] + 1] = (select(i, ...)) end
end

-- Puts a net change into the stages of a job: links and labels, and the primary separately.
local function stage(job, lists, from, to, change)
  if change.before == change.after then return end
  local was, is = has_primary(job, change.before), has_primary(job, change.after)
  local kind = change.before == 0 and LINK or change.after == 0 and UNLINK or RELABEL
  put(lists, kind, change.open, from, to, change.before, change.after)
  if was ~= is and kind ~= UNLINK then put(lists, PRIMARY, change.open, from, to, change.before, change.after) end
end

local function write(job, folded, pair, new)
  local lists = {}
  table.sort(folded.order, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end)
  for _, place in ipairs(folded.order) do stage(job, lists, place[1], place[2], folded[place[1]][place[2]]) end
  for _, list in pairs(lists) do
    for i = 3, #list, 4 do
      for k = i, i + 1 do list[k] = list[k] == 0 and 0 or errors.check(new:intern(job:types(list[k]))) end
    end
    local id = errors.check(new:add(pair, list.stage, list))
    local batch <close> = errors.check(new:load { id = id, stage = list.stage })
    errors.check(new:move(id, "sent", batch))
    if not list.open then
      batch:replace("pending", "done")
      errors.check(new:move(id, "settled", batch))
    end
  end
end

--- Turns a journal into a job that was applied, with one change for each pair.
-- @param job native, a journal
-- @return native job, a temporary one
function M.fold(job)
  local new = errors.check(job_native.create "")
  for _, key in ipairs { "id", "account" } do errors.check(new:set(key, errors.check(job:get(key)))) end
  for id, pair in pairs(jobs.pairs(job)) do
    local folded = { order = {} }
    for facts in jobs.batches(job) do
      if facts.pair == id then fold_batch(job, facts, folded) end
    end
    write(job, folded, errors.check(new:pair(pair.from, pair.to)), new)
  end
  errors.check(new:commit())
  return new
end

return M
