--- Rows of a file that are the primary of their record. An account may move the primary, keep both or refuse a second
-- one (wire.md, open question 5). So such rows do not go in a batch, but by the verbs that are right in each case.
local errors = require "tether.error"
local links = require "tether.sets.set"
local meaning = require "tether.links.meaning"

local M = {}

--- The rows of a part whose list of types names the primary.
-- @tparam table resolver
-- @tparam table part native =, lines =, tags =
-- @param rows native rows of it
-- @treturn {integer,...} row numbers, ascending if those are
function M.rows(resolver, part, rows)
  local found = {}
  for i = 1, #rows do
    local row = rows:at(i)
    if resolver.primary_tags[part.tags[row]] then found[#found + 1] = row end
  end
  return found
end

-- A record has one primary: of several rows the first one counts.
local function refuse_second(rows, ends)
  local first = {}
  for i, row in ipairs(rows) do
    local other = first[row.from]
    first[row.from] = other or row
    if other and other.to ~= row.to then
      local words = ("line %d: %d has a primary already: %d in line %d"):format(row.line, row.from, other.to,
        other.line)
      ends[i] = { state = "rejected", error = errors.new("CONFLICT", words, { place = row.line }) }
    end
  end
end

-- Calls a verb for some rows, and writes their states to `ends`. Returns the rows that are done, and the error that
-- ended the verb early, if any.
local function through(rows, open, ends, make, verb)
  local set, stopped = links.new(rows.from_type, rows.to_type), nil
  for _, i in ipairs(open) do make(set, rows[i]) end
  local fine, outcome = pcall(verb, set)
  if not fine then
    if not (errors.is(outcome) and outcome.outcome) then error(outcome, 0) end
    stopped, outcome = outcome, outcome.outcome
  end
  local done = {}
  for at, i in ipairs(open) do
    local state = outcome:state(at)
    if state == "linked" or state == "unchanged" then
      done[#done + 1] = i
      ends[i] = ends[i] and ends[i].state == "linked" and ends[i] or { state = state }
    else
      ends[i] = { state = state, error = outcome.native:reason(at) }
    end
  end
  return done, stopped
end

-- The labels of a row beside its primary.
local function add_labels(set, row)
  local list = meaning.without_primary(set.from, set.to, { row.list })[1]
  set:add(row.from, row.to, #list > 0 and list or nil)
end

local function add_pair(set, row)
  set:add(row.from, row.to)
end

--- Writes rows with their labels, and makes each the primary one.
-- @tparam table hub
-- @tparam table rows { from =, to =, list =, line = }, …; from_type =, to_type =
-- @tparam table options read, verify
-- @treturn {table,...} for each row { state =, error = or nil }; "pending" was not sent
-- @treturn ?table the error that ended it early
function M.write(hub, rows, options)
  local ends, open = {}, {}
  refuse_second(rows, ends)
  for i in ipairs(rows) do
    if not ends[i] then open[#open + 1] = i end
  end
  local done, stopped = through(rows, open, ends, add_labels, function(set)
    return hub:associate(set, { read = options.read, verify = options.verify })
  end)
  if stopped or #done == 0 then return ends, stopped end
  return ends, select(2, through(rows, done, ends, add_pair, function(set) return hub.primary:set(set) end))
end

return M
