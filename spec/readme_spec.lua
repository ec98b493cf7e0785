-- The README is short, and what it says is so; what moved into the guides is held to the same. Their code is run by
-- spec/guide_spec.lua.
local files = require "spec.support.files"

describe("the README", function()
  local text
  setup(function() text = files.content "README.md" end)

  it("has at most 250 lines", function()
    assert.is_true(select(2, text:gsub("\n", "")) <= 250)
  end)

  it("names specs that exist for what it promises", function()
    local promises, count = text:match "\n## What is promised[^\n]+\n(.-)\n## ", 0
    for name in promises:gmatch "`([%w_/]+)`" do
      local path = name:match "^c/" and name .. ".c" or name:match "/$" and name or name .. ".lua"
      assert.truthy(os.execute("test -e spec/" .. path), name)
      count = count + 1
    end
    assert.is_true(count > 15)
  end)
end)

describe("the guides", function()
  it("list every error code with its remedy", function()
    local text = files.content "lua/tether/guide/errors.md"
    for code, remedy in pairs(require("tether.error").codes) do
      local row = ("| [`%s`](errors/%s.md) | %s |"):format(code, code, remedy:gsub("|", "\\|"))
      assert.truthy(text:find(row, 1, true), row)
    end
  end)

  it("name files that exist where they say where something new goes", function()
    local house, count = files.content("lua/tether/guide/building.md"):match "^(.-)\n## How it is measured", 0
    for path in house:gmatch "`([%w_/]+/[%w_/]+%.?%w*)`" do
      if path:match "^csrc/" or path:match "^lua/" or path:match "^spec/" then
        count = count + 1
        assert.is_true(os.rename(path, path) and true or false, path .. " is not there")
      end
    end
    assert.is_true(count > 15)
  end)

  it("have a map of the specs that names files and folders that exist", function()
    local count = 0
    for name in files.content "spec/README.md":gmatch "`([%w_./]+)`" do
      local path = name:match "^spec/" and name or "spec/" .. name
      local places = { path, path .. ".lua", (path:gsub("^spec/", "spec/support/")) .. ".lua" }
      local there = false
      for _, place in ipairs(places) do there = there or os.rename(place, place) ~= nil end
      assert.is_true(there, "spec/README.md names " .. name .. ", which is not there")
      count = count + 1
    end
    assert.is_true(count > 12)
  end)

  it("answer what strangers ask by names that stand in the files that they name", function()
    local count = 0
    for path, name in files.content("lua/tether/guide/building.md"):gmatch "`([%w_/]+%.%w+)`: [%l ]*`([%w_]+)`" do
      count = count + 1
      assert.truthy(files.content(path):find("%f[%w_]" .. name .. "%f[^%w_]"), ("%s has no %s"):format(path, name))
    end
    assert.is_true(count >= 8)
  end)

  it("link to pages and headings that exist, and the README does", function()
    local pages = require "spec.support.pages".all()
    pages[#pages + 1] = "README.md"
    local count = 0
    for _, page in ipairs(pages) do
      for target in files.content(page):gmatch "%]%(([^)%s#]+)%)" do
        if not target:find "^https?:" then
          local path = (page:match "^(.*/)" or "") .. target
          assert.truthy(os.execute("test -f " .. path), ("%s links to %s"):format(page, target))
          count = count + 1
        end
      end
    end
    assert.is_true(count > 60)
  end)
end)
