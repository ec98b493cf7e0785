--- The guides and the pages of the error codes, which are installed beside the modules: `tether explain BAD_ID`.
local errors = require "tether.error"
local nearest = require "tether.nearest"

local M = {}

local function folder()
  return assert(package.searchpath("tether.guide", package.path)):gsub("%.lua$", "") .. "/"
end

local function read(name)
  local path = folder() .. name .. ".md"
  local file <close>, problem = io.open(path, "rb")
  if not file then errors.raise("FILE_FAILED", "cannot read " .. problem) end
  return file:read "a"
end

--- Turns a page of Markdown into text for a terminal: code is indented by four blanks, and of a link only the words
-- stay.
-- @tparam string markdown
-- @treturn string
function M.plain(markdown)
  local lines, inside = {}, false
  for line in markdown:gsub("<!%-%-.-%-%->\n*", ""):gmatch "([^\n]*)\n" do
    if line:sub(1, 3) == "```" then
      inside = not inside
    else
      lines[#lines + 1] = inside and "    " .. line or line:gsub("%[([^%]]+)%]%([^)]+%)", "%1"):gsub("^#+ ", "")
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The error codes that have a page, which are all codes.
-- @treturn {string,...} sorted
function M.codes()
  local names = {}
  for name in pairs(errors.codes) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- The page of an error code: what it means, an example, what to do.
-- @tparam string code in any case, such as BAD_ID
-- @treturn string Markdown
-- @raise BAD_ARGUMENT with the nearest codes
function M.code(code)
  local name = tostring(code):upper()
  if errors.codes[name] then return read("errors/" .. name) end
  errors.raise("BAD_ARGUMENT", ("there is no error code %s%s"):format(name, nearest.sentence(name, M.codes())),
    { hint = "name a code that an error begins with, such as BAD_ID" })
end

return M
