--- A key: a property and a value that stand for a record, "email=jane@example.com".
local M = {}

-- The domain in what people paste: "https://www.acme.example/about" gives acme.example.
local function domain_of(value)
  local host = value:lower():gsub("^%a[%w+.-]*://", ""):gsub("[/?#].*$", ""):gsub("^.*@", ""):gsub(":%d+$", "")
  return (host:gsub("^www%.", ""):gsub("%.$", ""))
end

--- The form in which values of a property are compared; of a URL, the domain.
M.normal = { domain = domain_of, email = function(value) return (value:gsub("^[Mm][Aa][Ii][Ll][Tt][Oo]:", "")) end }

--- Whether a value is a key.
-- @treturn ?string property
-- @treturn ?string value: of a domain the domain alone, of an e-mail address no "mailto:"
function M.split(value)
  if type(value) ~= "string" then return nil end
  local property, wanted = value:match "^%s*([%a][%w_]*)%s*=%s*(.-)%s*$"
  if not property then return nil end
  property = property:lower()
  if M.normal[property] then wanted = M.normal[property](wanted) end
  if wanted ~= "" then return property, wanted end
end

return M
