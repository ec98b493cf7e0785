--- Scopes: which ones a job needs, and which ones a token has.
local json = require "tether.json"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

-- Scopes whose object has another word in them, and older ones that do as well (wire.md, 12.4).
local words = { payments = "commercepayments", partner_clients = "partner-clients",
  partner_services = "partner-services" }
local older = { tickets = "tickets", products = "e-commerce", line_items = "e-commerce" }

--- What reading or writing records of some object types and their associations takes.
-- @tparam {string,...} objects object types by name
-- @tparam[opt] boolean write
-- @treturn {table,...} { name = scope, object = type's name, older = scope that does as well or nil }
-- @raise OBJECT_TYPE_UNKNOWN
function M.of(objects, write)
  local needed = {}
  for _, name in ipairs(objects) do
    local object = types.object(name)
    local word = object.custom and "custom" or words[object.plural] or object.plural
    for _, kind in ipairs(write and { "read", "write" } or { "read" }) do
      needed[#needed + 1] = { name = ("crm.objects.%s.%s"):format(word, kind), older = older[object.plural],
        object = object.plural, kind = kind }
    end
  end
  return needed
end

-- Sensitive scopes are listed with a suffix (wire.md, 12.1).
local function bare(scope)
  return (scope:gsub("%.v2$", ""))
end

--- The needed ones that are not held.
-- @tparam {table,...} needed see `of`; `object` may be missing
-- @tparam {string,...} held
-- @treturn {string,...} names
function M.missing(needed, held)
  local has, missing = {}, {}
  for _, scope in ipairs(held) do has[bare(scope)] = true end
  for _, one in ipairs(needed) do
    if not has[bare(one.name)] and not (one.older and has[one.older]) then missing[#missing + 1] = one.name end
  end
  return missing
end

--- What the account says that the token has; nil: it does not say.
-- @tparam table hub
-- @treturn ?{string,...}
function M.held(hub)
  local ticket = hub.session:ask_scopes()
  local answer = ticket and send.wait(hub, ticket)
  local body = answer and answer.status == 200 and json.decode(answer.body)
  return type(body) == "table" and type(body.scopes) == "table" and body.scopes or nil
end

--- Where nobody says: tries what harms nothing, a read of one record, and reads the refusal.
-- @tparam table hub
-- @tparam {table,...} needed see `of`
-- @treturn {string,...} missing, as refusals name them
-- @treturn {string,...} those that cannot be tried so: writes, and scopes that belong to no object type
-- @raise what is no refusal for want of a scope
function M.probe(hub, needed)
  local missing, untried = {}, {}
  for _, one in ipairs(needed) do
    if one.kind ~= "read" then
      untried[#untried + 1] = one.name
    else
      local ok, problem = pcall(send.call, hub, "record_list", { f = one.object },
        { query = { { "limit", "1" } } })
      if not ok then
        if type(problem) ~= "table" or problem.code ~= "MISSING_SCOPES" then error(problem, 0) end
        missing[#missing + 1] = one.name
      end
    end
  end
  return missing, untried
end

return M
