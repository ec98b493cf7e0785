---@meta _
-- Types for editors: labels, limits and the primary: the nouns of a hub. Nothing here is run.

---@class tether.labels
local labels = {}
---@return tether.spec[]
function labels:list(from, to) end
---@param label { label: string, name?: string, inverse?: string }
---@return tether.spec
function labels:create(from, to, label) end
---@param label string|{ label: string, name?: string, inverse?: string }
---@return tether.spec, boolean created
function labels:ensure(from, to, label) end
---@param texts { label?: string, inverse?: string }
function labels:rename(from, to, which, texts) end
---@return string?
function labels:inverse(from, to, label) end
---@return integer
function labels:count(from, to, which) end
---@param options? { force?: boolean }
---@return boolean
function labels:delete(from, to, which, options) end
---@return table[]
function labels:usage(from, to) end

---@class tether.limits
local limits = {}
---@return { category: string, id: integer, label?: string, max: integer }[]
function limits:list(from, to) end
---@param values table<string|integer, integer> label, type id or "default" -> most
function limits:set(from, to, values) end
---@param values table<string|integer, integer>
function limits:create(from, to, values) end
---@param keys (string|integer)[]
function limits:clear(from, to, keys) end
---@return table
function limits:usage(from, to) end
---@param what "records"|"pipelines"|"properties"|"objects"|"calculated"
---@return table
function limits:account(what) end

---@class tether.primary
local primary = {}
---@return integer|table<integer, integer>|nil
function primary:get(from, ids, to) end
---@return tether.outcome
function primary:set(...) end
---@return tether.outcome
function primary:clear(...) end
