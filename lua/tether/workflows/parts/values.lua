--- Finds records of two kinds that have the same text, in constant memory: each text becomes a number of 63 bits, and a
-- sorter brings equal numbers together.
--
-- The numbers depend on a random start, so that nobody can choose two texts with the same number. With ten million
-- different texts, two get the same number once in two hundred thousand runs.
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local native = require "tether.native"

local M = {}

local ROWS = 4096 -- rows passed to the sorter at once
local OWNER, CATEGORY = 1000, "HUBSPOT_DEFINED" -- ids of types below OWNER are ranks

local Join = {}
Join.__index = Join

-- Eight random bytes; without a random source, bits of the clocks.
local function seed()
  local random <close> = io.open("/dev/urandom", "rb")
  local bytes = random and random:read(8)
  return bytes and #bytes == 8 and string.unpack("<i8", bytes) or native.wall_ms() * 2654435761 ~ native.clock_ms()
end

-- A number of 63 bits: each byte is mixed in, and the bits are spread at the end (the finaliser of MurmurHash3).
local function number_of(text, start)
  local sum = start
  for i = 1, #text do
    sum = (sum ~ text:byte(i)) * 0x100000001b3
    sum = sum ~ (sum >> 29)
  end
  sum = (sum ~ (sum >> 33)) * 0xff51afd7ed558ccd
  sum = (sum ~ (sum >> 33)) * 0xc4ceb9fe1a85ec53
  sum = (sum ~ (sum >> 33)) & 0x7FFFFFFFFFFFFFFF
  return sum == 0 and 1 or sum
end

--- Makes an empty join.
function M.new()
  return setmetatable({ start = seed(), sorter = flow.sorter(), rows = flow.none(), indices = {} }, Join)
end

local function flush(self)
  errors.check(self.sorter:add(self.rows, "links"))
  self.rows, self.indices = flow.none(), {}
end

local function add(self, text, id, type_id)
  if not self.indices[type_id] then
    self.indices[type_id] = errors.check(self.rows:reserve())
    errors.check(self.rows:define(self.indices[type_id], { { category = CATEGORY, id = type_id } }))
  end
  errors.check(self.rows:add(number_of(text, self.start), id, self.indices[type_id]))
  if #self.rows >= ROWS then flush(self) end
end

--- Adds a record that has a text.
function Join:owner(text, id)
  add(self, text, id, OWNER)
end

--- Adds a record that looks for records with a text.
-- @tparam integer rank from 1: when a record has several texts, only the owners of the lowest rank that has any count
function Join:asker(text, id, rank)
  add(self, text, id, math.min(rank, OWNER - 1))
end

-- Which type sets of rows belong to owners, and which to askers.
local function kinds(rows)
  local owners, askers = {}, {}
  for index = 0, rows:sets() - 1 do
    for _, tag in ipairs(rows:set(index)) do (tag.id == OWNER and owners or askers)[index] = true end
  end
  return owners, askers
end

-- The rank of each type set: the lowest rank in it.
local function ranks(rows)
  local found = {}
  for index = 0, rows:sets() - 1 do
    for _, tag in ipairs(rows:set(index)) do
      if tag.id ~= OWNER then found[index] = math.min(found[index] or tag.id, tag.id) end
    end
  end
  return found
end

--- The pairs of askers and owners.
-- @treturn function iterator of native sets from asker to owner, all of an asker together, sorted; their types are
--   nothing to an account
function Join:found()
  flush(self)
  local both = flow.sorter()
  for rows, probes, asked in flow.portions(self.sorter) do
    local owners, askers = kinds(rows)
    local left = errors.check(rows:filter(nil, nil, askers, "links"))
    local right = errors.check(rows:filter(nil, nil, owners, "links"))
    local joined = errors.check(left:through(right, true))
    errors.check(both:add(joined, "links"))
    for _, core in ipairs { left, right, joined, rows, probes, asked } do core:close() end
  end
  local next_portion = flow.portions(both)
  return function()
    local rows = next_portion()
    return rows and errors.check(rows:best(ranks(rows)))
  end
end

return M
