--- A portal of one's own, and requests to it over a real socket that know nothing of the client under test.
local http = require "socket.http"
local ltn12 = require "ltn12"
local json = require "cjson"
local tether = require "tether"

local M = { null = json.null, json = json }

--- A portal with contacts 101 to 103, companies 9001 to 9003, and a deal 501.
-- @tparam[opt] table options as for tether.portal
function M.open(options)
  local portal = tether.portal(options)
  for id = 101, 103 do portal:seed("contacts", id) end
  for id = 9001, 9003 do portal:seed("companies", id) end
  portal:seed("deals", 501)
  return portal
end

--- One request.
-- @tparam table portal
-- @tparam string method
-- @tparam string path
-- @tparam[opt] string|table body JSON text, or what it is made of
-- @tparam[opt] table headers further ones; false: not sent
-- @treturn integer status
-- @treturn any the decoded body, or its text when it is not JSON; nil: none
-- @treturn table headers, names in lower case
function M.ask(portal, method, path, body, headers)
  local sent = { authorization = "Bearer " .. portal.token, ["content-type"] = body and "application/json" or nil }
  for name, value in pairs(headers or {}) do sent[name] = value or nil end
  if type(body) == "table" then body = json.encode(body) end
  sent["content-length"] = body and #body or 0
  local parts = {}
  local fine, status, received = http.request { url = portal.url .. path, method = method, headers = sent,
    source = body and ltn12.source.string(body), sink = ltn12.sink.table(parts) }
  if not fine then return nil, status end
  local text = table.concat(parts)
  local is_json = (received["content-type"] or ""):match "^application/json"
  return status, is_json and json.decode(text) or text ~= "" and text or nil, received
end

--- An AssociationSpec: 279, or "U42" for the account's own type 42.
function M.spec(id)
  local own = type(id) == "string" and math.tointeger(tonumber(id:match "^U(%d+)$"))
  return { associationCategory = own and "USER_DEFINED" or "HUBSPOT_DEFINED", associationTypeId = own or id }
end

--- A batch input with types.
function M.input(from, to, ...)
  local types = {}
  for i, id in ipairs { ... } do types[i] = M.spec(id) end
  return { from = { id = tostring(from) }, to = { id = tostring(to) }, types = types }
end

--- What a record is linked to, read from the portal: { [9001] = "1 279 U42" }.
function M.links(portal, from, id, to)
  local _, answer = M.ask(portal, "GET", ("/crm/objects/2026-03/%s/%d/associations/%s"):format(from, id, to))
  local found = {}
  for _, result in ipairs(answer.results) do
    local names = {}
    for _, type in ipairs(result.associationTypes) do
      names[#names + 1] = (type.category == "USER_DEFINED" and "U" or "") .. math.tointeger(type.typeId)
    end
    table.sort(names)
    found[math.tointeger(tonumber(result.toObjectId))] = table.concat(names, " ")
  end
  return found
end

--- The bodies of the requests whose path has a part, in their order.
-- @tparam table portal
-- @tparam string part
-- @treturn {string,...}
function M.bodies(portal, part)
  local found = {}
  for _, request in ipairs(portal:log()) do
    if request.path:find(part, 1, true) then found[#found + 1] = request.body end
  end
  return found
end

--- Makes a label from contacts to companies.
-- @treturn integer its type id in that direction
-- @treturn integer that of the other direction, which stands first in the answer
function M.label(portal, name, text, inverse)
  local status, answer = M.ask(portal, "POST", "/crm/associations/2026-03/contacts/companies/labels",
    { name = name, label = text, inverseLabel = inverse })
  assert(status == 200, status)
  return math.tointeger(answer.results[2].typeId), math.tointeger(answer.results[1].typeId)
end

return M
