-- Writes the manual's pages, tether.1 and one a command, from the tables that the command line is read by.
--
--     lua5.4 rockspec/manual.lua build/man "$(sh rockspec/date.sh)"
--
-- LUA_PATH and LUA_CPATH find the module.
local main = require "tether.cli.main"
local tether = require "tether"

local target, seconds = arg[1], tonumber(arg[2])

-- Text as roff takes it: what it would read as a request or an escape is shown as it is.
local function roff(text)
  return (text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("\n([.'])", "\n\\&%1"):gsub("^([.'])", "\\&%1"))
end

local function shown_name(element)
  local name = element._argname or element._name
  return type(name) == "table" and table.concat(name, " ") or name
end

local function sentences(parts, title, text)
  if text and text ~= "" then parts[#parts + 1] = (".SH %s\n%s\n"):format(title, roff(text)) end
end

local function with_default(element)
  local text = element._description or ""
  if element._default and element._show_default then text = ("%s (default: %s)"):format(text, element._default) end
  if element._choices then text = ("%s One of: %s."):format(text, table.concat(element._choices, ", ")) end
  return roff(text)
end

local function option(element)
  local names = {}
  for i, alias in ipairs(element._aliases) do names[i] = "\\fB" .. roff(alias) .. "\\fR" end
  local value = element._maxargs > 0 and (" \\fI%s\\fR"):format(roff(shown_name(element))) or ""
  return (".TP\n%s%s\n%s\n"):format(table.concat(names, ", "), value, with_default(element))
end

local function argument(element)
  return (".TP\n\\fI%s\\fR\n%s\n"):format(roff(shown_name(element)), with_default(element))
end

local function list(parts, title, elements, show)
  local lines = {}
  for _, element in ipairs(elements) do
    if not element._hidden then lines[#lines + 1] = show(element) end
  end
  if #lines > 0 then parts[#parts + 1] = (".SH %s\n%s"):format(title, table.concat(lines)) end
end

local function page_name(path)
  return table.concat(path, "-")
end

local function commands(parts, parser, path)
  list(parts, "COMMANDS", parser._commands, function(command)
    return (".TP\n\\fB%s\\fR\n%s. See \\fB%s\\fR(1).\n"):format(roff(command._name),
      roff(command._summary or command._description or ""), roff(page_name(path) .. "-" .. command._name))
  end)
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

-- An epilog has prose, and below it lines that begin with "Example:".
local function examples(parts, epilog)
  local prose, shown = {}, {}
  for line in ((epilog or "") .. "\n"):gmatch "([^\n]*)\n" do
    local example = line:match "^Examples?:%s*(.*)$"
    table.insert(example and shown or prose, example or line)
  end
  sentences(parts, "NOTES", (table.concat(prose, "\n"):gsub("^%s+", ""):gsub("%s+$", ""):gsub("\n", "\n.br\n"):gsub(
    "\n%.br\n%s*\n%.br\n", "\n.PP\n")))
  if #shown > 0 then
    parts[#parts + 1] = (".SH EXAMPLES\n.nf\n%s\n.fi\n"):format(roff(table.concat(shown, "\n")))
  end
end

local function write(path, parser, summary)
  local name = page_name(path)
  local parts = { (".TH %s 1 %s \"tether %s\" \"Tether\"\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n%s\n"):format(
    roff(name:upper()), os.date("!%Y-%m-%d", seconds), tether.version, roff(name), roff(summary),
    roff(parser:get_usage():gsub("^Usage:%s*", ""):gsub("%s*\n%s*", " "))) }
  sentences(parts, "DESCRIPTION", parser._description)
  commands(parts, parser, path)
  list(parts, "ARGUMENTS", parser._arguments, argument)
  list(parts, "OPTIONS", parser._options, option)
  examples(parts, parser._epilog)
  parts[#parts + 1] = SHARED
  if #path > 1 then parts[#parts + 1] = ".SH SEE ALSO\n\\fBtether\\fR(1)\n" end
  local file <close> = assert(io.open(("%s/%s.1"):format(target, name), "w"))
  assert(file:write(table.concat(parts)))
end

local function write_all(path, parser, summary)
  write(path, parser, summary:gsub("%.$", ""))
  for _, command in ipairs(parser._commands) do
    if not command._hidden then
      local below = table.move(path, 1, #path, 1, {})
      below[#below + 1] = command._name
      write_all(below, command, command._summary or command._description or "")
    end
  end
end

assert(os.execute("mkdir -p " .. target))
local parser = main.parser()
write_all({ "tether" }, parser, parser._description)
