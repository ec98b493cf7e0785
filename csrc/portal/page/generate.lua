-- Writes the C table of the page's files: lua generate.lua FOLDER > files_table.h
local folder = arg[1]
local types = { html = "text/html;charset=utf-8", css = "text/css;charset=utf-8", js = "text/javascript;charset=utf-8",
  svg = "image/svg+xml" }

-- Octal escapes end after three digits, whatever follows them.
local function escaped(bytes)
  return (bytes:gsub('[^%w%s!#$&-/:<-Z^-~]', function(c) return ("\\%03o"):format(c:byte()) end)
    :gsub("[\t\r]", function(c) return ("\\%03o"):format(c:byte()) end))
end

local rows = {}
for path in assert(io.popen(("find '%s' -type f | LC_ALL=C sort"):format(folder))):lines() do
  local name, kind = path:match "([^/]+%.(%a+))$"
  if types[kind] then
    local file <close> = assert(io.open(path, "rb"))
    local bytes = file:read "a"
    rows[#rows + 1] = ('    {"%s", "%s", (const unsigned char *)\n'):format(name, types[kind]) ..
      '     "' .. escaped(bytes):gsub("\n", '\\n"\n     "') .. ('", %d},\n'):format(#bytes)
  end
end
io.write("/* Generated from csrc/portal/page; see generate.lua. */\nstatic const portal_file files[] = {\n",
  table.concat(rows), "};\n")
