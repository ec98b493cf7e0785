--- Learns from the account what a request needs, before the request goes to the shadow's portal; a rule for each
-- operation.
local definitions = require "tether.shadow.definitions"
local links = require "tether.shadow.links"
local lists = require "tether.shadow.lists"
local native = require "tether.native"
local records = require "tether.shadow.records"
local routes = require "tether.shadow.routes"
local search = require "tether.shadow.search"
local written = require "tether.shadow.written"

local M = {}

-- The id by which a request names a record; nil: it is no id, and the portal will refuse it.
local function id_of(given)
  if type(given) == "table" then given = given.id end
  if type(given) ~= "string" and math.type(given) ~= "integer" then return nil end
  return (native.id(given))
end

local function inputs_of(asked)
  local inputs = type(asked.body) == "table" and asked.body.inputs
  return type(inputs) == "table" and inputs or {}
end

-- The records of a write of links, by sides: from the path, from rows in C, or from a body.
local function sides(asked)
  if asked.rows then return asked.rows.froms, asked.rows.tos end
  if asked.a then return { id_of(asked.a) }, { id_of(asked.b) } end
  local froms, tos = {}, {}
  for _, input in ipairs(inputs_of(asked)) do
    local to = type(input) == "table" and input.to
    froms[#froms + 1] = type(input) == "table" and id_of(input.from) or nil
    for _, target in ipairs(type(to) == "table" and (to.id and { to } or to) or {}) do tos[#tos + 1] = id_of(target) end
  end
  return froms, tos
end

local function know_both(self, asked)
  local froms, tos = sides(asked)
  links.ensure(self, asked.f, froms, asked.t)
  links.ensure(self, asked.t, tos, asked.f)
  return froms, tos
end

-- -- links ---------------------------------------------------------------------------------------------------------

local function ties(self, asked)
  local froms, tos = know_both(self, asked)
  records.ensure(self, asked.f, froms, {})
  records.ensure(self, asked.t, tos, {})
  written.links(self, asked.f, froms, asked.t, tos)
end

local function parts(self, asked)
  local froms, tos = know_both(self, asked)
  written.links(self, asked.f, froms, asked.t, tos)
end

local function batch_read(self, asked)
  local ids = asked.rows and asked.rows.froms or {}
  for _, input in ipairs(asked.rows and {} or inputs_of(asked)) do ids[#ids + 1] = id_of(input) end
  links.ensure(self, asked.f, ids, asked.t)
end

local function associations_list(self, asked)
  local ids = { id_of(asked.a) }
  links.ensure(self, asked.f, ids, asked.t)
  records.ensure(self, asked.f, ids, {})
end

-- -- records -------------------------------------------------------------------------------------------------------

local function know_links(self, asked, ids)
  for _, name in ipairs(routes.names(asked.query.associations)) do
    local other = definitions.known_type(self, name)
    if other then links.ensure(self, asked.f, ids, other) end
  end
end

local function tell_archived(self, asked)
  if asked.query.archived ~= "true" then return end
  self.tell "archived records are not shadowed: they look as if there were none"
end

local function record_get(self, asked)
  local names = asked.query.properties and routes.names(asked.query.properties) or records.defaults(self, asked.f)
  tell_archived(self, asked)
  if asked.query.idProperty then return records.by_unique(self, asked.f, asked.query.idProperty, { asked.a }, names) end
  local id = id_of(asked.a)
  if not id then return end
  records.ensure(self, asked.f, { id }, names)
  know_links(self, asked, { id })
end

local function records_read(self, asked)
  local body, values = type(asked.body) == "table" and asked.body or {}, {}
  local names = body.properties or records.defaults(self, asked.f)
  tell_archived(self, asked)
  for _, input in ipairs(inputs_of(asked)) do
    local id = type(input) == "table" and input.id
    values[#values + 1] = body.idProperty and id and tostring(id) or id_of(id)
  end
  if body.idProperty then return records.by_unique(self, asked.f, body.idProperty, values, names) end
  records.ensure(self, asked.f, values, names)
end

-- Learns which records have the unique values that are written.
local function know_holders(self, type, list)
  local by_name = {}
  for _, properties in ipairs(list) do
    for name, value in pairs(properties) do
      by_name[name] = by_name[name] or {}
      table.insert(by_name[name], tostring(value))
    end
  end
  for name, values in pairs(by_name) do
    if records.is_unique(self, type, name) then records.by_unique(self, type, name, values, {}) end
  end
end

local function names_of(list)
  local names, seen = {}, {}
  for _, properties in ipairs(list) do
    for name in pairs(properties) do
      if not seen[name] then names[#names + 1], seen[name] = name, true end
    end
  end
  return names
end

-- The properties that an input writes; none for a list, which the portal will refuse.
local function properties_of(input)
  local properties = type(input) == "table" and input.properties
  return type(properties) == "table" and #properties == 0 and properties or {}
end

-- Learns the records to which new records are linked.
local function know_targets(self, asked, input)
  for _, association in ipairs(type(input.associations) == "table" and input.associations or {}) do
    local id = type(association) == "table" and id_of(association.to)
    local other = id and self.type_of_target(asked.f, association, id)
    if other then
      definitions.ensure(self, asked.f, other)
      links.ensure(self, other, { id }, asked.f)
      records.ensure(self, other, { id }, {})
      written.links(self, other, { id }, asked.f, {})
      written.born_with(self, asked.f, other)
    end
  end
end

local function create(self, asked, inputs)
  local list = {}
  for i, input in ipairs(inputs) do
    list[i] = properties_of(input)
    know_targets(self, asked, input)
    written.properties(self, asked.f, nil, list[i])
  end
  know_holders(self, asked.f, list)
end

local function record_create(self, asked)
  create(self, asked, { type(asked.body) == "table" and asked.body or {} })
end

local function records_create(self, asked)
  create(self, asked, inputs_of(asked))
end

-- Before an update by ids: reads the properties that change, so that the plan can tell their values before.
local function update(self, asked, inputs)
  local ids, list = {}, {}
  for i, input in ipairs(inputs) do
    ids[#ids + 1] = id_of(input)
    list[i] = properties_of(input)
  end
  records.ensure(self, asked.f, ids, names_of(list))
  know_holders(self, asked.f, list)
  for i, input in ipairs(inputs) do
    local id = id_of(input)
    if id then written.properties(self, asked.f, id, list[i]) end
  end
end

-- Before an update by the values of a unique property.
local function update_by(self, asked, property, inputs)
  local values, list = {}, {}
  for i, input in ipairs(inputs) do
    values[i], list[i] = tostring(input.id), properties_of(input)
  end
  local found = records.by_unique(self, asked.f, property, values, names_of(list))
  for i, input in ipairs(inputs) do
    written.properties(self, asked.f, found[values[i]:lower()], list[i])
    written.properties(self, asked.f, nil, { [property] = input.id }) -- its former record may be archived
  end
  know_holders(self, asked.f, list)
end

local function record_update(self, asked)
  local input = { id = asked.a, properties = properties_of(asked.body) }
  if asked.query.idProperty then return update_by(self, asked, asked.query.idProperty, { input }) end
  update(self, asked, { input })
end

local function records_update(self, asked)
  local plain, by = {}, {}
  for _, input in ipairs(inputs_of(asked)) do
    local property = type(input) == "table" and input.idProperty
    if property then by[property] = by[property] or {} end
    table.insert(property and by[property] or plain, input)
  end
  update(self, asked, plain)
  for property, inputs in pairs(by) do update_by(self, asked, property, inputs) end
end

local function archive(self, asked)
  local ids = asked.a and { id_of(asked.a) } or {}
  for _, input in ipairs(asked.a and {} or inputs_of(asked)) do ids[#ids + 1] = id_of(input) end
  records.ensure(self, asked.f, ids, {})
  for _, id in ipairs(ids) do written.properties(self, asked.f, id, {}) end
end

-- -- definitions ---------------------------------------------------------------------------------------------------

local function know_pair(self, asked)
  definitions.ensure(self, asked.f, asked.t)
end

local function labels_delete(self, asked)
  local pair = definitions.ensure(self, asked.f, asked.t)
  local id = id_of(asked.id)
  local inverse = id and pair.inverses[id]
  if inverse then self.dropped_labels[id], self.dropped_labels[inverse] = true, true end -- either takes both
end

local function nothing() end

local function usage_report(self)
  self.tell "no usage report is asked for: the account would mail it"
end

local rules = {
  record_create = record_create, records_create = records_create, record_get = record_get, records_read = records_read,
  record_list = lists.before, record_search = search.before, record_update = record_update,
  records_update = records_update, records_upsert = records_update, record_archive = archive, records_archive = archive,
  associate_default = ties, associate_labeled = ties, associate_typed = ties, batch_create = ties, batch_default = ties,
  dissociate = parts, dissociate_typed = parts, batch_labels_archive = parts, batch_archive = parts,
  associations_list = associations_list, batch_read = batch_read,
  labels_list = know_pair, labels_create = know_pair, labels_update = know_pair, labels_delete = labels_delete,
  limits_list = know_pair, limits_create = know_pair, limits_update = know_pair, limits_purge = know_pair,
  limits_all = nothing, usage_report = usage_report,
}

--- Learns all that a request reads or changes.
-- @tparam table self the shadow
-- @tparam table asked as tether.shadow.routes tells it, with the shadow's names of object types; `body` decoded, or
--   `rows` = { froms =, tos = }
function M.run(self, asked)
  local rule = rules[asked.operation]
  if rule then rule(self, asked) end
end

return M
