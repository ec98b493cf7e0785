--- Requests of a shadow that the account itself answers: its details, schemas, the use of its limits, and reads for
-- which Tether has no operation. A write without an operation is refused.
local errors = require "tether.error"
local routes = require "tether.shadow.routes"
local seed = require "tether.shadow.seed"
local send = require "tether.connection.send"

local M = {}

local function of_account(self, request)
  return send.request(self.account, request.method, request.path, request.body, request.as_text)
end

local function of_portal(self, request)
  return send.request(self.inner, request.method, request.path, request.body)
end

-- The account's schema, with labels that the script has made, and without labels that it has deleted.
local function schema_get(self, request, asked)
  local body, status = of_account(self, request)
  if type(body) ~= "table" or request.as_text then return body, status end
  local kept = {}
  for _, association in ipairs(body.associations or {}) do
    local id = math.tointeger(tonumber(association.id))
    if association.category == "HUBSPOT_DEFINED" or not self.dropped_labels[id] then kept[#kept + 1] = association end
  end
  local read, mine = pcall(send.call, self.inner, "schema_get", { f = asked.type })
  for _, association in ipairs(read and mine.associations or {}) do
    if (math.tointeger(tonumber(association.id)) or 0) >= seed.FIRST_LABEL then kept[#kept + 1] = association end
  end
  body.associations = kept
  return body, status
end

-- All limits; the limits of pairs that the shadow knows come from the shadow.
local function limits_all(self, request)
  local body, status = of_account(self, request)
  if type(body) ~= "table" or request.as_text then return body, status end
  local known, results = {}, {}
  for _, pair in pairs(self.pairs) do
    for _, list in ipairs { pair.limits, pair.back } do
      for _, type in ipairs(list) do known[type.category .. type.id] = true end
    end
  end
  for _, result in ipairs(body.results or {}) do
    if not known[result.category .. result.typeId] then results[#results + 1] = result end
  end
  for _, result in ipairs(of_portal(self, request).results or {}) do results[#results + 1] = result end
  body.results = results
  return body, status
end

local function usage(self, request)
  self.tell "limits tracking counts what the account has, without the script's writes"
  return of_account(self, request)
end

local instead = { account = of_account, schemas_list = of_account, schema_get = schema_get, limits_all = limits_all }
for _, name in ipairs { "labels", "from", "to", "pair", "records", "pipelines", "properties", "objects",
  "calculated" } do
  instead["track_" .. name] = usage
end

-- Answers a path that is no operation.
local function of_other(self, request)
  if request.method == "GET" or request.method == "HEAD" then return of_account(self, request) end
  errors.raise("NOT_SHADOWED", ("%s %s changes what a shadow does not keep: it is not sent"):format(request.method,
    (request.path:gsub("%?.*$", ""))))
end

--- Answers a request, if it is one for the account.
-- @tparam table self the shadow
-- @tparam table request { method =, path =, body =, as_text = }
-- @return the body, as send.call returns it; nil: the shadow's portal answers
-- @treturn ?integer status
-- @raise NOT_SHADOWED, and what the account refuses
function M.answer(self, request)
  local asked = routes.find(request.method, request.path)
  if not asked then return of_other(self, request) end
  if not instead[asked.operation] then return nil end
  asked.type = asked.f and self.type(asked.f)
  return instead[asked.operation](self, request, asked)
end

return M
