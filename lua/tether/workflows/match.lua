--- match: links contacts to the company that has the domain of their address.
local domains = require "tether.workflows.parts.domains"
local errors = require "tether.error"
local flow = require "tether.workflows.parts.flow"
local lookup = require "tether.names.lookup"
local newest = require "tether.workflows.parts.newest"
local values = require "tether.workflows.parts.values"

local M = {}

local known = flow.with_whom { from = "string", to = "string", property = "string", domain = "any", free = "any",
  subdomains = "boolean", choose = "string", where = "string", primary = "boolean", as = "any" }

local function each_property(given)
  return type(given) == "table" and given or { given }
end

-- Takes companies by their domains; a company with the domain of a mail provider gets no contacts.
local function take_companies(self)
  local names = each_property(self.options.domain or "domain")
  for record in flow.with_values("match", self.hub, self.to, {}, names, self.tally) do
    for _, name in ipairs(names) do
      for text in (record.properties[name] or ""):gmatch "[^;]+" do
        local domain = domains.of(text)
        local is_free = domain and self.is_free(domain)
        if is_free then self.leave(record.id, nil, ("%s is a mail provider's domain"):format(domain)) end
        if domain and not is_free then self.join:owner(domain, record.id) end
      end
    end
  end
end

local function take_contacts(self)
  local name, deep = self.options.property or "email", self.options.subdomains ~= false
  for record in flow.with_values("match", self.hub, self.from, self.options, { name }, self.tally) do
    local domain = domains.of(record.properties[name])
    if domain and not self.is_free(domain) then
      for rank, host in ipairs(domains.with_parents(domain, deep)) do self.join:asker(host, record.id, rank) end
    end
  end
end

--- Finds the pairs that match.
-- @tparam table self hub, from, to, options, tally, leave; is_free and join are made
-- @treturn function iterator of native sets, sorted, all of a record together
function M.candidates(self)
  self.is_free, self.join = domains.free("match.free", self.options.free), values.new()
  take_companies(self)
  take_contacts(self)
  return self.join:found()
end

local function next_set(self)
  self.next_found = self.next_found or M.candidates(self)
  local rows = self.next_found()
  local chosen = rows and flow.choose(self, rows, "several companies have its domain: %s")
  return chosen and flow.links(self.from, self.to, chosen, self.options.as)
end

-- Decides by the links that a record has: records with a link are left if the options say so, and a primary is never
-- moved.
local function rule(self, wanted, current)
  errors.check(current.native:compact())
  if self.where == "empty" then
    local _, apart = errors.check(wanted:by_record(current.native))
    wanted = apart
  end
  if not self.options.primary then return wanted end
  local holders = flow.with_type(current, self.primary)
  local among, apart = errors.check(wanted:by_record(holders))
  local single = errors.check(apart:by_count(1, 1))
  local made = flow.with(single, self.primary)
  errors.check(made:merge(among))
  local _, others = errors.check(apart:by_record(single))
  errors.check(made:merge(others))
  errors.check(made:compact())
  return made
end

--- Plans to link records to those whose domain they have: contacts to companies by their address.
--
--     tether.workflows.match(hub, { free = { "our-isp.example" } }):apply()
-- @tparam table hub
-- @tparam table options from ("contacts"), to ("companies"): object types; property ("email") whose domain counts;
--   domain ("domain"): the property, or several, that has the domain of the others, several in one with semicolons;
--   free: more domains of mail providers, an array or a file with one a line, mail.* for all endings; subdomains (true:
--   mail.acme.example belongs to acme.example too, if nobody has its own domain); choose: of several with one domain
--   "only" (none, and it is told; the default), "recent" or "all"; where = "any" (the default) or "empty": records
--   that have no such link yet; primary = true: the link becomes the primary where a record has none; as = label of
--   the new links; ids, column, changed_since: as for hub:each_link
-- @treturn plan `left` counts records with several candidates, and companies that have a mail provider's domain
-- @raise PLAN_REFUSED: no record has a value in the property; LABEL_UNKNOWN, BAD_ARGUMENT, OPTION_UNKNOWN, FILE_FAILED
function M.plan(hub, options)
  options = flow.options("match", options or {}, known, {})
  local self = { hub = hub, options = options, from = hub:object_type(options.from or "contacts"),
    to = hub:object_type(options.to or "companies"), tally = flow.tally(),
    choose = flow.choice("match.choose", options.choose or "only", "only", "recent", "all"),
    where = flow.choice("match.where", options.where or "any", "any", "empty") }
  domains.free("match.free", options.free) -- refused before anything is read
  flow.type(hub, self.from, self.to, options.as)
  self.primary = options.primary and lookup.primary(hub, self.from, self.to)
  self.newest = newest.of(hub, self.to, self.tally)
  local made = { pairs = { { self.from, self.to } }, next_set = function() return next_set(self) end,
    begin = function(leave) self.leave = leave end,
    rule = function(_, wanted, probes, current) return rule(self, wanted, current), probes end }
  return flow.plan(hub, made, self.tally, { primary = options.primary })
end

return M
