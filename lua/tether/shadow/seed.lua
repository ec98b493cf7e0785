--- Seed lines: puts facts of the account into the shadow's portal.
local json = require "tether.json"
local mapping = require "tether.plan.parts.mapping"

local M = {}

--- The first id of records that a script makes.
M.FIRST_NEW = mapping.FIRST_RECORD

-- An object type and a label that no account has. They are seeded first, so that the portal gives greater ids to
-- records and labels of the script.
local HIDDEN, LAST_LABEL = "2-2147483640", 1900000000

--- The first id of labels that a script makes.
M.FIRST_LABEL = LAST_LABEL + 1

--- Whether a record was made by the script.
function M.is_new(id)
  return id >= M.FIRST_NEW
end

--- Puts facts into the portal, all or none.
-- @tparam table self the shadow
-- @tparam {string|table,...} lines
function M.add(self, lines)
  if #lines == 0 then return end
  for i, line in ipairs(lines) do
    if type(line) == "table" then lines[i] = json.encode(line) end
  end
  self.portal:seed(table.concat(lines, "\n"))
end

--- Makes the portal give ids of their own to what the script makes.
function M.begin(self)
  M.add(self, { { kind = "record", type = HIDDEN, id = ("%d"):format(M.FIRST_NEW - 1) },
    { kind = "label", from = HIDDEN, to = HIDDEN, id = LAST_LABEL - 1 }, -- the plain type, which takes an id else
    { kind = "label", from = HIDDEN, to = HIDDEN, label = "hidden", name = "hidden", id = LAST_LABEL } })
end

return M
