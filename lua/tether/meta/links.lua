---@meta _
-- Types for editors: a links set. Nothing here is run.

---@class tether.links
---@field from string
---@field to string
---@field lines? table<integer, integer> row -> line of the file
---@operator len: integer
local links = {}
---@param from tether.id
---@param to tether.id
---@param types? tether.types
---@return tether.links
function links:add(from, to, types) end
---@return tether.links of the same pair of object types
function links:empty() end
---@return fun(): tether.link?
function links:rows() end
---@param row integer
---@return tether.link?
function links:row(row) end
---@param to integer
---@return integer? row
function links:find(to) end
---@return string[]
function links:labels() end
---@return tether.links
function links:compact() end
---@param path string|file* "-" is standard output
---@param format? "csv"|"jsonl"
---@return integer
function links:write(path, format) end
---@param index integer of the core
---@return { types: tether.types[], labels: string[], primary: boolean, items: tether.types[] }
function links:described(index) end
---@return tether.links
function links:sort() end
---@return fun(): integer?, integer, integer from, to, row
function links:pairs() end
---@return tether.links
function links:copy() end
---@param first integer
---@param last? integer
---@return tether.links
function links:slice(first, last) end
---@param other tether.links
---@return tether.links
function links:merge(other) end
---@param other tether.links
---@return tether.links
function links:intersect(other) end
---@param other tether.links
---@return tether.links
function links:subtract(other) end
---@param other tether.links
---@return { added: tether.links, removed: tether.links, changed: tether.links, before: tether.links, same: integer }
function links:diff(other) end
---@param what tether.filter|fun(link: tether.link, row: integer): boolean
---@return tether.links
function links:filter(what) end
---@param what? tether.filter
---@return integer
function links:count(what) end
---@param hub tether.hub
---@return tether.links
function links:as_in(hub) end
function links:close() end
