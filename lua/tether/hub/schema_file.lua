--- Writes the labels and limits of an account to a file, and makes them from it; names match, because ids differ by
-- account.
local check = require "tether.check"
local errors = require "tether.error"
local json = require "tether.json"
local pair_schema = require "tether.names.pair_schema"

local M = {}

local FORMAT = 1 -- version of the file; a greater one is refused

-- The pairs that have labels. Limits tracking lists each of their directions.
local function labelled_pairs(hub)
  local found, seen = {}, {}
  for _, usage in ipairs(hub.labels:usage()) do
    local from, to = usage.fromObjectType.objectTypeId, usage.toObjectType.objectTypeId
    if not seen[to .. " " .. from] then found[#found + 1] = { from, to } end
    seen[from .. " " .. to] = true
  end
  return found
end

-- Writes a text to a file. A full disk may show only when the file is closed.
local function write_file(path, text)
  local file, problem = io.open(path, "wb")
  if not file then errors.raise("FILE_FAILED", "cannot write " .. problem) end
  local written, reason = file:write(text)
  local closed, late = file:close()
  if not (written and closed) then
    errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(path, reason or late))
  end
end

--- Writes labels and limits to a JSON file.
-- @tparam table hub
-- @tparam string path
-- @tparam[opt] {table,...} pairs_of_types { { "contacts", "companies" }, … }; none: every pair that has labels, which
--   limits tracking tells (Professional and Enterprise only)
-- @treturn table what was written
-- @raise FILE_FAILED
function M.export_schema(hub, path, pairs_of_types)
  check.type("export_schema: path", path, "string")
  local written = { format = FORMAT, pairs = {} }
  for i, pair in ipairs(pairs_of_types or labelled_pairs(hub)) do
    check.type(("export_schema: pairs[%d]"):format(i), pair, "table")
    local from, to = hub:object_type(pair[1]), hub:object_type(pair[2])
    written.pairs[i] = pair_schema.of(hub, from, to)
  end
  write_file(path, json.encode(written) .. "\n")
  return written
end

local function read_file(path)
  local file, problem = io.open(check.type("import_schema: path", path, "string"), "rb")
  if not file then errors.raise("FILE_FAILED", "cannot read " .. problem) end
  local body, fault = json.decode(file:read "a")
  file:close()
  if type(body) ~= "table" or body.format ~= FORMAT or type(body.pairs) ~= "table" then
    errors.raise("FILE_FAILED", ("%s is not a file of hub:export_schema%s"):format(path, fault and ": " .. fault or ""))
  end
  return body
end

--- Makes the labels and limits of a file in this account. What is there stays; labels match by text in any case.
-- @tparam table hub
-- @tparam string path
-- @treturn table { created = number, present = number, limits = number }
-- @raise FILE_FAILED, and what the account refuses
function M.import_schema(hub, path)
  local report = { created = 0, present = 0, limits = 0 }
  local function set_limits(from, to, limits)
    if not limits then return end
    hub.limits:set(from, to, limits)
    for _ in pairs(limits) do report.limits = report.limits + 1 end
  end
  for _, pair in ipairs(read_file(path).pairs) do
    for _, label in ipairs(pair.labels) do
      local _, created = hub.labels:ensure(pair.from, pair.to, label)
      report[created and "created" or "present"] = report[created and "created" or "present"] + 1
    end
    set_limits(pair.from, pair.to, pair.limits)
    set_limits(pair.to, pair.from, pair.inverse_limits)
  end
  return report
end

return M
