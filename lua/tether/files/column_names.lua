--- The names by which columns of CSV and keys of JSON are known, as one table of rules.
--
-- A name is compared without case, blanks and punctuation: "From ID", "from_id" and "fromId" are one name.
local errors = require "tether.error"
local types = require "tether.types"

local M = {}

-- Role -> names, the best first. {type} stands for the object type of the side, in the singular and in the plural.
-- {key} stands for the property whose values the cells are (keys = { from = "email" }). `several`: a cell holds several
-- ids.
M.RULES = {
  from = { "{key}", "{type} {key}", "{key} {type}", "from {key}", "{type} {key} name", "{key} address",
    "from", "from id", "from object id", "from record id", "source", "source id" },
  to = { "{key}", "{type} {key}", "{key} {type}", "to {key}", "{type} {key} name", "{key} address",
    "to", "to id", "to object id", "to record id", "target", "target id" },
  -- names for either side, when the object types are told
  typed = { "record id {type}", "{type} record id", "{type} id", { "{type} ids", several = true },
    { "associated {type} ids", several = true }, "associated {type} id", "associated {type}", "{type}",
    { "associated {type} ids primary", several = true } },
  -- names for the one side that the rules above have not found
  own = { "record id", "hs object id", "object id", "id" },
  label = { "label", "labels", "association label", "association labels" },
  types = { "types", "association types" },
  type_id = { "type id", "association type id" },
  category = { "category", "association category" },
  type_name = { "type", "association type" },
  from_type = { "from object type", "from object type id", "from type" },
  to_type = { "to object type", "to object type id", "to type" },
  primary = { "primary", "is primary" },
  primary_ids = { { "associated {type} ids primary", several = true } },
}

--- Reduces a name to the form in which names are compared: "From ID" and "from_id" are one name.
function M.plain(name)
  local bare = name:lower():gsub("[%s%p]", "")
  for _, blank in ipairs { "\u{A0}", "\u{200B}", "\u{FEFF}" } do bare = bare:gsub(blank, "") end
  return bare ~= "" and bare or name
end

--- The words that stand for {type}. A custom object goes by its own name, with and without an s.
function M.words_of(object_type)
  if not object_type then return {} end
  local fine, known = errors.try(types.object, object_type)
  if not fine or known.custom then
    local bare = object_type:gsub("^p%d*_", ""):gsub("s$", "")
    return { bare, bare .. "s" }
  end
  return { known.singular, known.plural }
end

local function add_names(list, template, several, key, words)
  if template:find("{key}", 1, true) then
    if not key then return end
    template = template:gsub("{key}", key)
  end
  if not template:find("{type}", 1, true) then
    list[#list + 1] = { name = M.plain(template), several = several }
    return
  end
  for _, word in ipairs(words) do
    list[#list + 1] = { name = M.plain((template:gsub("{type}", word))), several = several }
  end
end

--- The names that a rule gives for one side: { name =, several = }, …
function M.names_of(rule, object_type, key)
  local list, words = {}, M.words_of(object_type)
  for _, entry in ipairs(rule) do
    local several = type(entry) == "table"
    add_names(list, several and entry[1] or entry, several, key, words)
  end
  return list
end

--- The spellings under which a name that the caller gave is looked for: with and without "id" behind it.
function M.spellings(name, role)
  local bare = M.plain(name)
  local list = { { name = bare, several = bare:match "ids$" ~= nil } }
  if role ~= "from" and role ~= "to" then return list end
  list[2] = { name = bare .. "id" }
  if bare:match "^.+id$" then list[3] = { name = bare:match "^(.+)id$" } end
  return list
end

return M
