-- Checks that each slip of `make mutants` has its place: its file is there, and its text stands in it once.
local read = require "spec.support.mutants.read"

local contents = {} -- by path; false: there is no such file
local function content(path)
  if contents[path] == nil then
    local file <close> = io.open(path, "rb")
    contents[path] = file and file:read "a" or false
  end
  return contents[path]
end

-- What is wrong with a slip's place, as `make mutants` looks for it; nil: nothing.
local function problem(path, find)
  local text = content(path)
  if not text then return "there is no such file" end
  local from, to = text:find(find, 1, true)
  if not from then return "its text does not stand there" end
  if text:find(find, to + 1, true) then return "its text stands there more than once" end
end

local count, failures = 0, 0
for room in assert(io.popen "ls spec/support/mutants/*/*.slips"):lines() do
  local data = read.file(room)
  for _, slip in ipairs(data.slips) do
    local path = data.folder .. slip.file
    local what = problem(path, slip.find)
    count = count + 1
    if what then
      failures = failures + 1
      io.stderr:write(("%s: the slip \"%s\" of %s is stale: %s:\n  - %s\n"):format(room, slip.kind, path, what,
        (slip.find:gsub("\n", "\n  - "))))
    end
  end
end

if failures > 0 then
  io.stderr:write("give these slips the file and the text that the code has now, longer where it stands twice; " ..
    "delete one whose code is gone\n")
  os.exit(1)
end
assert(count > 0, "there are no slips in spec/support/mutants")
print(("slips: each of %d stands once in its file"):format(count))
