-- The guides and the pages of the error codes say what is so: their code is run and prints what they show.
local files = require "spec.support.files"
local pages = require "spec.support.pages"
local process = require "spec.support.process"
local shell = require "spec.support.shell"
local tether = require "tether"

local function tether_says(arguments) return shell.output("build/tether " .. arguments) end

describe("the pages of the error codes", function()
  it("are there for every code, and end in the code's own remedy", function()
    for code, remedy in pairs(tether.error.codes) do
      local text = files.content("lua/tether/guide/errors/" .. code .. ".md")
      local told = remedy:sub(1, 1):upper() .. remedy:sub(2) .. "."
      assert.truthy(text:find("# " .. code .. "\n\n", 1, true), code)
      assert.truthy(text:find("\n## What to do\n\n" .. told .. "\n", 1, true), code .. ": " .. told)
      assert.truthy(text:find("```text\n[^`]*%f[%u_]" .. code .. "%f[^%u_]"), code .. " is not in its example's output")
    end
  end)

  it("are of codes that there are", function()
    for path in assert(io.popen "ls lua/tether/guide/errors"):lines() do
      assert.truthy(tether.error.codes[path:match "^(.*)%.md$"], path)
    end
  end)

  it("are printed by `tether explain`, offline and in any case", function()
    local text, code = tether_says "explain bad_id"
    assert.equal(0, code)
    assert.matches("^BAD_ID\n\n", text)
    assert.matches('\n    hub:associate("contacts", "abc", "companies", 9001)\n', text, 1, true)
    assert.is_nil(text:find("```", 1, true))
    for line in text:gmatch "[^\n]+" do assert.is_true(line:sub(1, 4) == "    " or utf8.len(line) <= 80, line) end
    local list = (tether_says "explain")
    for name in pairs(tether.error.codes) do assert.truthy(("\n" .. list):find("\n" .. name .. "\n", 1, true), name) end
    text, code = tether_says "explain BAD_IT"
    assert.equal(2, code)
    assert.matches('did you mean "BAD_ID"', text, 1, true)
  end)
end)

describe("a page's code", function()
  local portal, environment
  setup(function()
    local facts
    portal, facts = process.portal()
    environment = ("TETHER_URL=%s HUBSPOT_TOKEN=%s"):format(facts.url, facts.token)
  end)
  teardown(function()
    portal:signal "TERM"
    portal:finish()
    files.remove_all()
  end)

  for _, path in ipairs { "README.md", table.unpack(pages.all()) } do
    it("prints what it shows: " .. path, function()
      for language, script in pairs(pages.parse(files.content(path))) do
        if #script.code > 0 then
          local output = pages.run(language, script.code, environment)
          local missing = pages.missing(script.shown, output)
          assert.is_nil(missing, ("%s does not print\n%s\nbut\n%s"):format(language, missing, output))
          assert.is_true(#script.shown > 0, "it shows nothing that it prints")
        end
      end
    end)
  end
end)
