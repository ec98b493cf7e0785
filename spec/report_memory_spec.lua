-- A report of many links, in a process of its own: its memory does not grow with them. REPORT_LINKS=1000000 takes more.
local files = require "spec.support.files"
local tether = require "tether"

local MANY <const> = math.tointeger(tonumber(os.getenv "REPORT_LINKS" or 120000))
local FEW <const> = MANY // 10
local MORE_KB <const> = 16384 -- that ten times the links may take: answers in flight, and Lua's own garbage

local function seed(portal, count)
  local path = files.folder() .. "/seed.jsonl"
  local file <close> = assert(io.open(path, "w"))
  for id = 1, count // 10 do file:write(('{"kind":"record","type":"contacts","id":%d}\n'):format(id)) end
  for id = 1, count // 20 do file:write(('{"kind":"record","type":"companies","id":%d}\n'):format(id)) end
  for i = 0, count - 1 do
    file:write(('{"kind":"link","from":"contacts","fromId":%d,"to":"companies","toId":%d,"types":[279]}\n'):format(
      i // 10 + 1, i * 7919 % (count // 20) + 1))
  end
  file:close()
  portal:seed_file(path)
end

local function peak_kb(count)
  local portal <close> = tether.portal()
  seed(portal, count)
  local script = files.write(([[
    local hub = require "tether".connect { token = %q, url = %q }
    local found = require "tether.pictures.figures".of(hub, "contacts", "companies")
    require "tether.pictures.report_page".write(found, { made = "" }, function() end)
    for line in io.lines "/proc/self/status" do
      local kilobytes = line:match "VmHWM:%%s*(%%d+)"
      if kilobytes then print(found.links, found.sides[2].linked, kilobytes) end
    end]]):format(portal.token, portal.url), ".lua")
  local pipe = assert(io.popen("lua5.4 " .. script))
  local links, companies, kilobytes = pipe:read("n", "n", "n")
  pipe:close()
  assert.same({ count, count // 20 }, { links, companies })
  return kilobytes
end

describe("a report", function()
  after_each(files.remove_all)

  it("takes the same memory for ten times the links", function()
    local few, many = peak_kb(FEW), peak_kb(MANY)
    assert.is_true(many - few < MORE_KB, ("%d kB for %d links, %d kB for %d"):format(few, FEW, many, MANY))
  end)
end)
