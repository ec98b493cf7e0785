--- What the specs of switches ask of the portal that is open: a fresh one for each.
local given = require "spec.support.portal"

local ROOT = "/crm/objects/2026-03/"
local M = {
  ROOT = ROOT,
  LINK = ROOT .. "contacts/101/associations/companies/9001",
  DEFAULT = ROOT .. "contacts/101/associations/default/companies/",
  PAIR = "/crm/associations/2026-03/contacts/companies/",
  CONF = "/crm/associations/2026-03/definitions/configurations/contacts/companies/batch/",
}

local current

--- The portal that is open: its methods, called as `portal:set(…)`.
M.portal = setmetatable({}, { __index = function(_, name)
  return function(_, ...) return current[name](current, ...) end
end })

function M.open() current = given.open() end

function M.close() current:close() end

function M.ask(...) return given.ask(current, ...) end

function M.status(...) return (given.ask(current, ...)) end

--- A new label of contacts and companies.
-- @treturn string "U42" as given.spec reads it
-- @treturn table both results
function M.label(name, text, inverse)
  local _, made = M.ask("POST", M.PAIR .. "labels", { name = name, label = text, inverseLabel = inverse })
  return "U" .. math.tointeger(made.results[2].typeId), made.results
end

--- The links of contact 101 to companies, as given.links.
function M.links() return given.links(current, "contacts", 101, "companies") end

--- A batch create of these inputs.
function M.create(...) return M.ask("POST", M.PAIR .. "batch/create", { inputs = { ... } }) end

--- How many results there are before and after eleven seconds have gone by.
function M.slow(path, body)
  local function count()
    local _, answer = M.ask(body and "POST" or "GET", path, body)
    return #answer.results
  end
  local early = count()
  M.portal:advance(11)
  return { early, count() }
end

return M
