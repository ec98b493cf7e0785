-- The site of `make docs`: whole, with links that lead somewhere, and the reference of what scripts require alone.
local files = require "spec.support.files"

local SITE = "build/docs"

local function lines(command)
  local list = {}
  for line in assert(io.popen(command)):lines() do list[#list + 1] = line end
  return list
end

-- A path without `.` and `..` in it.
local function resolved(path)
  local parts = {}
  for part in path:gmatch "[^/]+" do
    if part == ".." then table.remove(parts) elseif part ~= "." then parts[#parts + 1] = part end
  end
  return table.concat(parts, "/")
end

describe("the site of make docs", function()
  local texts = {}
  setup(function()
    local pipe = assert(io.popen "make -s docs 2>&1; echo \"exit $?\"")
    local told = pipe:read "a"
    pipe:close()
    assert.matches("exit 0\n$", told)
    for _, path in ipairs(lines("find " .. SITE .. " -name '*.html'")) do texts[path] = files.content(path) end
  end)

  local function check(page, link)
    local address, place = link:match "^([^#]*)#?(.*)$"
    local path = address == "" and page or resolved((page:match "^(.*/)") .. address)
    local text = texts[path] or (path:match "%.css$" and files.content(path))
    assert.truthy(text, ("%s links to %s, which is not there"):format(page, link))
    if place == "" then return end
    local anchor = place:gsub("%%%x%x", "."):gsub("%p", "%%%0")
    local found = text:find(('[idname]+ ?= ?"%s"'):format(anchor))
    assert.truthy(found, ("%s links to %s: no such place"):format(page, link))
  end

  it("has links that lead to a page and a place", function()
    local count = 0
    for page, text in pairs(texts) do
      for link in text:gmatch 'href="([^"]+)"' do
        if not link:find "^%l+:" then
          check(page, link)
          count = count + 1
        end
      end
    end
    assert.is_true(count > 1000)
  end)

  it("has every guide, every code, and a way from each page to the first one", function()
    for _, path in ipairs(lines "cd lua/tether/guide && find . -name '*.md'") do
      local page = ("%s/guide/%s.html"):format(SITE, path:match "^%./(.*)%.md$")
      assert.truthy(texts[page], page)
      assert.matches('class="name" href="[./]*index.html"', texts[page])
    end
  end)

  it("shows no comment and no raw Markdown", function()
    for page, text in pairs(texts) do
      assert.is_nil(text:find("<!%-%- l?u?s?[ah]"), page)
      if not page:find "/reference/" then assert.is_nil(text:gsub("<pre>.-</pre>", ""):find("```", 1, true), page) end
    end
  end)

  it("has the reference of what scripts require: each verb, and no inner room", function()
    local hub = require "tether".portal():connect()
    local all = {}
    for page, text in pairs(texts) do
      if page:find "/reference/" then all[#all + 1] = text end
      assert.is_nil(page:find "/batches%." or page:find "/connection%." or page:find "/cli%.", page)
    end
    local reference = table.concat(all)
    for name, value in pairs(getmetatable(hub)) do
      if type(value) == "function" and not name:find "^_" and name ~= "learn_ceiling" then
        assert.truthy(reference:find('"[%w_:.]*' .. name .. '"'), "hub:" .. name)
      end
    end
    hub:close()
  end)
end)
