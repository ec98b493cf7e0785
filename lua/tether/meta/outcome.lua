---@meta _
-- Types for editors: what became of every row. Nothing here is run.

---@class tether.outcome
---@field linked integer
---@field removed integer after a removal, else 0
---@field unchanged integer
---@field skipped integer
---@field rejected integer
---@field unknown integer
---@field pending integer not sent
---@field keys? table[]
---@field merged? table<integer, integer>
---@operator len: integer
local outcome = {}
---@return fun(): tether.failure?
function outcome:failures() end
---@return fun(): integer?, tether.error?
function outcome:failed_rows() end
---@return tether.outcome
function outcome:assert() end
---@return tether.links rows that were not sent
function outcome:unsent() end
---@param row integer
---@return string
function outcome:state(row) end
---@param path string|file* "-" is standard output
---@param refused? table[]
---@param format? "csv"|"jsonl"
---@return integer
function outcome:write(path, refused, format) end
