--- tether records export TYPE: every record of a type, as CSV or JSON lines.
local account = require "tether.cli.account"
local errors = require "tether.error"
local part_files = require "tether.files.part"
local records = require "tether.cli.shared.records"
local shape = require "tether.cli.line.shape"

local M = { name = "records export", summary = "write the records of a type as CSV or JSON lines", account = true,
  arguments = { records.type },
  options = { records.properties,
    { "--format", "csv or jsonl; else by the output's name, and csv.", value = "FORMAT", choices = { "csv", "jsonl" } },
    { "-o --output", "File to write, - is standard output. It gets its name when it is whole.", value = "FILE",
      default = "-" } },
  notes = "CSV has the column id and one a property. `tether records import` takes the file. --json is --format jsonl.",
  examples = { "tether records export contacts --properties email,lastname --output contacts.csv" },
  json = shape.lines(records.json) }

local function cell(value)
  local text = value == nil and "" or tostring(value)
  return text:find '[,"\r\n]' and '"' .. text:gsub('"', '""') .. '"' or text
end

local function header(file, names)
  file:write(table.concat({ "id", table.unpack(names) }, ","), "\n")
end

-- Without --properties, CSV has the columns of the first record.
local function names_of(record)
  local names = {}
  for name in pairs(record.properties) do names[#names + 1] = name end
  table.sort(names)
  return names
end

local function write_csv(file, record, names)
  local cells = { record.id }
  for i, name in ipairs(names) do cells[i + 1] = cell(record.properties[name]) end
  return file:write(table.concat(cells, ","), "\n")
end

local function write_all(options, file, hub, as_lines)
  local names, fine, problem = options.properties, true, nil
  if names and not as_lines then header(file, names) end
  for record in hub:records(options.type, { properties = options.properties }) do
    if not names and not as_lines then
      names = names_of(record)
      header(file, names)
    end
    if as_lines then
      fine, problem = file:write(shape.encode(record, M.json.of), "\n")
    else
      fine, problem = write_csv(file, record, names)
    end
    if not fine then break end
  end
  return fine, problem
end

local function is_lines(options)
  if options.format then return options.format == "jsonl" end
  local is_named = options.output:match "%.jsonl$" or options.output:match "%.ndjson$"
  return is_named ~= nil or (options.json and not options.output:match "%.csv$") or false
end

local function refuse(path, problem)
  errors.raise("FILE_FAILED", ("cannot write %s: %s"):format(path, problem))
end

--- Runs the command.
-- @treturn integer exit code
function M.run(options, out, err)
  if options.output == "-" then
    return account.run(options, err, function(hub)
      local fine, problem = write_all(options, out, hub, is_lines(options))
      if not fine then refuse("standard output", problem) end
      return 0
    end)
  end
  local part = part_files.place(options.output)
  local file, problem = io.open(part, "wb")
  if not file then refuse(options.output, problem) end
  return account.run(options, err, function(hub)
    local fine, why = write_all(options, file, hub, is_lines(options))
    local closed, late = file:close()
    if not (fine and closed) then refuse(options.output, why or late) end
    part_files.name(part, options.output)
    return 0
  end)
end

return M
