-- Checks what a reader can hold: no file above 400 lines, no function above 40. The blocks of a spec are no
-- functions, and tests in C hold their tables of cases.
local FILE, FUNCTION = 400, 40

local failures = 0
local function complain(place, what, length, most)
  failures = failures + 1
  io.stderr:write(("%s: %s has %d lines; %d are the most\n"):format(place, what, length, most))
end

-- Lua's own compiler knows where each function begins and ends.
local function lua_functions(path)
  local listing <close> = assert(io.popen(("luac5.4 -l -p %s"):format(path)))
  local is_read = false
  for line in listing:lines() do
    is_read = is_read or line:match "^main <" ~= nil
    local first, last = line:match "^function <[^>]*:(%d+),(%d+)>"
    if first and last - first + 1 > FUNCTION then
      complain(("%s:%d"):format(path, first), "a function", last - first + 1, FUNCTION)
    end
  end
  if not is_read then error("luac5.4 cannot read " .. path) end
end

-- As clang-format leaves it, a function's head begins at the margin, and so does the brace that ends it.
local function c_functions(path)
  local number, first = 0, nil
  for line in io.lines(path) do
    number = number + 1
    if line:match "^[%a_].*%(" then first = number end
    if line == "}" and first and number - first + 1 > FUNCTION then
      complain(("%s:%d"):format(path, first), "a function", number - first + 1, FUNCTION)
    end
  end
end

local function lines_of(path)
  local count = 0
  for _ in io.lines(path) do count = count + 1 end
  return count
end

local find = [[find csrc lua spec examples rockspec -type f ]] ..
  [['(' -name '*.[ch]' -o -name '*.lua' -o -name '*.js' -o -name '*.css' -o -name '*.py' -o -name '*.mjs' ')' | sort]]
for path in assert(io.popen(find)):lines() do
  local length = lines_of(path)
  if length > FILE then complain(path, "the file", length, FILE) end
  if path:match "%.[ch]$" and not path:match "_test%.c$" then c_functions(path) end
  if path:match "%.lua$" and not path:match "_spec%.lua$" then lua_functions(path) end
end

if failures > 0 then os.exit(1) end
print "lengths: no file above 400 lines, no function above 40"
