--- The guides and pages of error codes as programs: what a reader can paste is run, and prints what the page shows.
--
-- A page's blocks of Lua are one script of `tether run --portal`, its blocks of shell one script with `tether` on the
-- path and a portal as the account. A comment `--> text` and a block of text
-- show what is printed; `…` in them
-- stands for anything. `<!-- lua … -->` and `<!-- sh … -->` are run as well, and readers do not see them.
local files = require "spec.support.files"
local M = {}

local FOLDER = "lua/tether/guide"

--- The paths of all pages.
-- @treturn {string,...}
function M.all()
  local paths, found = {}, "find " .. FOLDER .. " -name '*.md' | LC_ALL=C sort"
  for path in assert(io.popen(found)):lines() do paths[#paths + 1] = path end
  return paths
end

--- What a page has: scripts by language, and the lines that each is to print, in order.
-- @tparam string text of the page
-- @treturn table { lua = { code =, shown = { line, … } }, sh = … }
function M.parse(text)
  local scripts, last = { lua = { code = {}, shown = {} }, sh = { code = {}, shown = {} } }, nil
  local marked = ("\n" .. text):gsub("\n<!%-%- (%l+)\n(.-)%-%->", "\n```%1 hidden\n%2```")
  for language, code in marked:gmatch "\n```(%l*)[^\n]*\n(.-)```" do
    local script = scripts[language] or last
    if scripts[language] then
      last = script
      table.insert(script.code, code)
      for shown in code:gmatch "%-%-> ([^\n]+)" do table.insert(script.shown, shown) end
    elseif language == "text" and last then
      for shown in code:gmatch "[^\n]+" do table.insert(script.shown, shown) end
    end
  end
  return scripts
end

local function pattern(shown)
  return (shown:gsub("%s+$", ""):gsub("%p", "%%%0"):gsub("…", ".-"))
end

--- The first line that a script should have printed and did not; nil: all were, in order.
-- @tparam {string,...} shown
-- @tparam string output
function M.missing(shown, output)
  local at = 1
  for _, line in ipairs(shown) do
    local _, last = output:find(pattern(line), at)
    if not last then return line end
    at = last + 1
  end
end

--- Runs a page's script.
-- @tparam string language lua or sh
-- @tparam {string,...} code its blocks
-- @tparam string environment assignments for the shell
-- @treturn string what it printed, on both streams
function M.run(language, code, environment)
  local here, folder = assert(os.getenv "PWD"), files.folder()
  local script = folder .. "/page." .. language
  local file <close> = assert(io.open(script, "w"))
  assert(file:write(table.concat(code, "\n"), "\n"):close())
  local command = language == "lua" and "tether run --portal page.lua" or "sh page.sh"
  local line = ("cd %s && PATH=%s/build:$PATH && %s timeout 60 %s 2>&1"):format(folder, here, environment, command)
  local pipe <close> = assert(io.popen(line))
  return pipe:read "a"
end

return M
