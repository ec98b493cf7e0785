--- tether labels apply FILE: makes the labels and limits of a file in an account.
local account = require "tether.cli.account"
local definitions = require "tether.cli.shared.definitions"
local errors = require "tether.error"
local json = require "tether.json"
local part = require "tether.files.part"
local shape = require "tether.cli.line.shape"

local M = { name = "labels apply", summary = "make the labels and limits of a file in an account", account = true,
  writes = true, arguments = { { "file", "File of tether labels export.", type = "FILE" } },
  notes = "What is there stays; labels match by their text in any case. It can be repeated.",
  examples = { "tether labels apply labels.json" },
  json = shape.object { { "created", "integer" }, { "present", "integer" }, { "limits", "integer" },
    { "dry_run?", "boolean" } } }

local function read(path)
  local file <close> = part.read(path)
  local body = json.decode(file:read "a" or "")
  if type(body) == "table" and type(body.pairs) == "table" then return body end
  errors.raise("FILE_FAILED", path .. " is not a file of tether labels export")
end

local function size(limits)
  local count = 0
  for _ in pairs(limits or {}) do count = count + 1 end
  return count
end

local function preview(hub, path)
  local report = { created = 0, present = 0, limits = 0 }
  for _, pair in ipairs(read(path).pairs) do
    for _, label in ipairs(pair.labels) do
      local name = definitions.find(hub, pair.from, pair.to, label.label) and "present" or "created"
      report[name] = report[name] + 1
    end
    report.limits = report.limits + size(pair.limits) + size(pair.inverse_limits)
  end
  return report
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  return account.run(options, err, function(hub)
    local report = options.dry_run and preview(hub, options.file) or hub:import_schema(options.file)
    definitions.tell(options, out, report, M.json, ("created %d labels, %d were there, and set %d limits"):format(
      report.created, report.present, report.limits))
    return 0
  end)
end

return M
