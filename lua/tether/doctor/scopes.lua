--- Scopes: which ones a job needs, and which ones a token has.
local json = require "tether.json"
local send = require "tether.connection.send"
local types = require "tether.types"

local M = {}

-- Scopes that name their object with another word, and older scopes that serve as well (wire.md, 12.4).
local words = { payments = "commercepayments", partner_clients = "partner-clients",
  partner_services = "partner-services" }
local older = { tickets = "tickets", products = "e-commerce", line_items = "e-commerce" }

--- The scopes that reading or writing records of some object types and their associations needs.
-- @tparam {string,...} objects object types by name
-- @tparam[opt] boolean write
-- @treturn {table,...} { name = scope, object = the type's name, older = another scope that serves as well, or nil }
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

--- The needed scopes that the token does not have.
-- @tparam {table,...} needed see `of`; `object` may be missing
-- @tparam {string,...} held
-- @treturn {string,...} names
function M.missing(needed, held)
  local has, missing = {}, {}
  for _, scope in ipairs(held) do has[bare(scope)] = true end
  for _, scope in ipairs(needed) do
    if not has[bare(scope.name)] and not (scope.older and has[scope.older]) then missing[#missing + 1] = scope.name end
  end
  return missing
end

--- The scopes that the token has, as the account tells them; nil: it does not tell.
-- @tparam table hub
-- @treturn ?{string,...}
function M.held(hub)
  local ticket = hub.session:ask_scopes()
  local answer = ticket and send.wait(hub, ticket)
  local body = answer and answer.status == 200 and json.decode(answer.body)
  return type(body) == "table" and type(body.scopes) == "table" and body.scopes or nil
end

--- Finds missing scopes where the account does not tell them: it reads one record of each type and looks at the
-- refusals.
-- @tparam table hub
-- @tparam {table,...} needed see `of`
-- @treturn {string,...} missing, as refusals name them
-- @treturn {string,...} scopes that cannot be tried so: those for writes, and those that belong to no object type
-- @raise any error that does not come from a missing scope
function M.probe(hub, needed)
  local missing, untried = {}, {}
  for _, scope in ipairs(needed) do
    if scope.kind ~= "read" then
      untried[#untried + 1] = scope.name
    else
      local ok, problem = pcall(send.call, hub, "record_list", { f = scope.object },
        { query = { { "limit", "1" } } })
      if not ok then
        if type(problem) ~= "table" or problem.code ~= "MISSING_SCOPES" then error(problem, 0) end
        missing[#missing + 1] = scope.name
      end
    end
  end
  return missing, untried
end

return M
