-- Writes the manual's pages, tether.1 and one a command, from the tables that the command line is read by.
--
--     lua5.4 rockspec/manual.lua build/man "$(sh rockspec/date.sh)"
--
-- LUA_PATH and LUA_CPATH find the module.
local help = require "tether.cli.line.help"
local load = require("tether.cli.line.command").load
local names = require "tether.cli.line.names"
local shape = require "tether.cli.line.shape"
local version = require "tether.version"

local target, seconds = arg[1], tonumber(arg[2])

-- Text as roff takes it: what it would read as a request or an escape is shown as it is.
local function roff(text)
  return (text:gsub("…", "...")
    :gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("\n([.'])", "\n\\&%1"):gsub("^([.'])", "\\&%1"))
end

local function sentences(parts, title, text)
  if text and text ~= "" then parts[#parts + 1] = (".SH %s\n%s\n"):format(title, roff(text)) end
end

local function described(text, choices)
  return roff(choices and ("%s One of: %s."):format(text, table.concat(choices, ", ")) or text)
end

local function option(element)
  local shown = {}
  for i, name in ipairs(element.names) do shown[i] = "\\fB" .. roff(name) .. "\\fR" end
  local value = element.value and (" \\fI%s\\fR"):format(roff(element.value)) or ""
  return (".TP\n%s%s\n%s\n"):format(table.concat(shown, ", "), value, described(element.text, element.choices))
end

local function argument(element)
  return (".TP\n\\fI%s\\fR\n%s\n"):format(roff(element[1]:upper()), described(element[2], element.choices))
end

local function list(parts, title, elements, show)
  local lines = {}
  for i, element in ipairs(elements) do lines[i] = show(element) end
  if #lines > 0 then parts[#parts + 1] = (".SH %s\n%s"):format(title, table.concat(lines)) end
end

local function page_name(name)
  return "tether-" .. name:gsub(" ", "-")
end

local SHARED = [[
.SH EXIT STATUS
0 fine, 1 some rows or checks failed, 2 wrong usage, 3 could not run, 130 ended by Ctrl\-C.
.SH ENVIRONMENT
.TP
\fBHUBSPOT_TOKEN\fR
The token of a private app or a service key.
.TP
\fBTETHER_URL\fR
The server, where it is not https://api.hubapi.com, such as that of \fBtether\-portal\fR(1).
.TP
\fBTETHER_LOG\fR
info: a line an attempt on stderr; debug: bodies as well, with properties masked.
]]

local function notes(parts, text)
  sentences(parts, "NOTES", text and text:gsub("^%s+", ""):gsub("%s+$", ""):gsub("\n\n", "\n.PP\n"))
  local last = text and parts[#parts]:gsub("^(.SH NOTES\n)", "%1.ad l\n")
  if text then parts[#parts] = last:gsub("\n  ([^\n]+)", "\n.br\n%1"):gsub("\n\\&%.PP", "\n.PP") end
end

local function examples(parts, lines)
  if #lines > 0 then parts[#parts + 1] = (".SH EXAMPLES\n.nf\n%s\n.fi\n"):format(roff(table.concat(lines, "\n"))) end
end

local function write(name, parts)
  local file <close> = assert(io.open(("%s/%s.1"):format(target, name), "w"))
  assert(file:write(table.concat(parts)))
end

local function begin(name, summary, usage)
  return { (".TH %s 1 %s \"tether %s\" \"Tether\"\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n%s\n"):format(
    roff(name:upper()), os.date("!%Y-%m-%d", seconds), version, roff(name), roff(summary), roff(usage)) }
end

local function write_command(name)
  local command = load(name)
  local parts = begin(page_name(name), command.summary, help.usage(command))
  list(parts, "ARGUMENTS", command.arguments, argument)
  list(parts, "OPTIONS", command.options, option)
  list(parts, "SHARED OPTIONS", command.shared, option)
  notes(parts, help.notes(command))
  if command.json then parts[#parts + 1] = ".SH JSON\n.ad l\n" .. roff(shape.describe(command.json)) .. "\n" end
  examples(parts, command.examples)
  parts[#parts + 1] = SHARED .. ".SH SEE ALSO\n\\fBtether\\fR(1)\n"
  write(page_name(name), parts)
end

local function write_all()
  local parts = begin("tether", "ties CRM records together: HubSpot associations and labels",
    "tether COMMAND [OPTIONS]")
  list(parts, "COMMANDS", names.all(), function(name)
    return (".TP\n\\fB%s\\fR\n%s. See \\fB%s\\fR(1).\n"):format(roff(name), roff(load(name).summary),
      roff(page_name(name)))
  end)
  parts[#parts + 1] = SHARED
  write("tether", parts)
  for _, name in ipairs(names.all()) do write_command(name) end
end

assert(os.execute("mkdir -p " .. target))
write_all()
