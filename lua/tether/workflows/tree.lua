--- tree: makes parents and children of companies, from a property or from their domains; a cycle is refused, and named.
local domains = require "tether.workflows.parts.domains"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local native = require "tether.native"
local values = require "tether.workflows.parts.values"

local M = {}

local TYPE = "companies"
local PARENT = { category = "HUBSPOT_DEFINED", id = 14 } -- child to parent, the only hierarchy that there is

local known = { parent = "string", key = "string", by = "string" }

-- -- the records -----------------------------------------------------------------------------------------------------

local function by_domain(self, record)
  local domain = domains.of(record.properties.domain)
  if not domain or self.is_free(domain) then return end
  self.join:owner(domain, record.id)
  for rank, name in ipairs(domains.with_parents(domain, true)) do
    if rank > 1 then self.join:asker(name, record.id, rank - 1) end
  end
end

local function by_key(self, record)
  local key, parent = record.properties[self.options.key], record.properties[self.options.parent]
  if key and key:find "%S" then self.join:owner(key:lower(), record.id) end
  if parent and parent:find "%S" then self.join:asker(parent:lower(), record.id, 1) end
end

local function by_id(self, record)
  local text = record.properties[self.options.parent]
  if not text or not text:find "%S" then return end
  local parent = native.cell_id(text)
  if not parent then
    self.leave(record.id, nil, ("%s is %q, which is no record id"):format(self.options.parent, native.show(text)))
    return
  end
  errors.check(self.ids:add(record.id, parent, 0))
end

-- Lists all companies; keeps the property of each, and that it exists.
local function list(self)
  local properties, take = { self.options.parent, self.options.key }, by_id
  if self.options.by then properties, take = { "domain" }, by_domain elseif self.options.key then take = by_key end
  local batch = flow.none()
  for record in flow.with_values("tree", self.hub, TYPE, {}, properties, self.tally, { properties[1] }) do
    take(self, record)
    errors.check(batch:add(record.id, 1, 0))
    if #batch == 4096 then
      errors.check(self.records:add(batch, "records"))
      batch = flow.none()
    end
  end
  errors.check(self.records:add(batch, "records"))
end

-- From child to parent, each child once; children with several parents are noted.
local function wanted_parents(self)
  errors.check(self.ids:sort())
  local all, next_found = self.ids, self.join:found()
  for rows in next_found do errors.check(all:merge(flow.plain(rows))) end
  errors.check(all:compact())
  local single, several = errors.check(all:by_count(1, 1))
  flow.leave_several(self.leave, several, "several parents: %s")
  return single
end

-- Reads the whole present hierarchy, because a cycle may go through any record. It takes 20 bytes a child.
local function present_parents(self)
  local all = flow.none()
  for wanted, probes, asked in flow.portions(self.records) do
    local set = flow.read(self.hub, TYPE, TYPE, asked, self.tally)
    errors.check(all:merge(flow.plain(flow.with_type(set, PARENT))))
    for _, core in ipairs { wanted, probes, asked, set.native } do core:close() end
  end
  errors.check(all:compact())
  return all
end

-- -- the rule --------------------------------------------------------------------------------------------------------

local function refuse_cycle(parents)
  local cycle = errors.check(parents:cycle())
  if #cycle == 0 then return end
  local names = {}
  for row = 1, math.min(#cycle, 20) do names[row] = ("%d"):format((cycle:row(row))) end
  if #cycle > 20 then names[#names + 1] = "…" end
  names[#names + 1] = names[1]
  errors.raise("PLAN_REFUSED", ("tree: a company would be its own ancestor: %s (each is the child of the next)"):format(
    table.concat(names, ", ")), { hint = "correct the parent of one of them" })
end

local function next_set(self)
  if self.is_done then return nil end
  self.is_done = true
  list(self)
  local wanted, present = wanted_parents(self), present_parents(self)
  local missing = errors.check(wanted:without(present))
  local others, new = errors.check(missing:by_record(present))
  for row = 1, #others do
    self.leave(others:row(row), select(2, others:row(row)), "it has another parent already")
  end
  local both = errors.check(present:copy())
  errors.check(both:merge(new))
  errors.check(both:compact())
  refuse_cycle(both)
  return flow.links(TYPE, TYPE, new, PARENT)
end

--- Plans to make companies the children of others.
--
--     tether.workflows.tree(hub, { parent = "parent_domain", key = "domain" }):apply()
-- @tparam table hub
-- @tparam table options parent = a property that names the parent: its record id, or with key = a property of the
--   parent the value of that; or by = "domains": eu.acme.example is a child of acme.example
-- @treturn plan `left` counts companies with several parents, or that have another one already
-- @raise PLAN_REFUSED: a cycle, which is named, also through parents that are there; no record has a value in the
--   property; BAD_ARGUMENT, OPTION_UNKNOWN
function M.plan(hub, options)
  options = flow.options("tree", options, known, {})
  if (options.parent == nil) == (options.by == nil) then
    errors.raise("BAD_ARGUMENT", "tree: parent or by says who is whose parent: give one of them", {
      hint = 'pass parent = a property, or by = "domains"' })
  end
  if options.by then flow.choice("tree.by", options.by, "domains") end
  local self = { hub = hub, options = options, tally = flow.tally(), join = values.new(), ids = flow.none(),
    records = flow.sorter(), is_free = domains.free "tree" }
  local made = { pairs = { { TYPE, TYPE } }, next_set = function() return next_set(self) end,
    begin = function(leave) self.leave = leave end }
  return flow.plan(hub, made, self.tally)
end

return M
