-- Comments that lean on a fact of the wire name the section of csrc/data/wire.md where it stands. The glossary
-- has the words that code and comments use.
local read = require("spec.support.files").content

local function sources(...)
  local find = "find %s -name '*.[ch]' -o -name '*.lua' | sort"
  local list, pipe = {}, assert(io.popen(find:format(table.concat({ ... }, " "))))
  for path in pipe:lines() do
    if not path:find("citations_spec", 1, true) then list[#list + 1] = path end
  end
  pipe:close()
  return list
end

local function known()
  local text, sections, questions = read "csrc/data/wire.md", {}, {}
  for number in text:gmatch "\n##+ ([%d%.]+) " do sections[number] = true end
  local open = text:match "\n## 14 (.-)\n## 15"
  for number in open:gmatch "\n| (%d+) |" do questions[number] = true end
  return sections, questions
end

-- Comment marks and line breaks stand between the words of a citation that goes over two lines.
local function flat(text)
  return (text:gsub("\n%s*[%-%*/]*%s*", " "))
end

local function each_citation(text, see)
  text = flat(text)
  for number in text:gmatch "wire%.md, (%d[%d%.]*)" do see("section", (number:gsub("%.$", ""))) end
  for first, rest in text:gmatch "wire%.md, open questions? (%d+)([%d, and]*)" do
    see("question", first)
    for number in rest:gmatch "%d+" do see("question", number) end
  end
end

local marks = { "(guide)", "(observed)", "(spec)", "(claim)", "(seed)", "(advice)", "wire, open question" }
local loose = { "%(wire:", "%(wire %d", "%-%- wire %d", "/%* wire %d" }

describe("citations of the wire", function()
  local sections, questions = known()

  it("name sections and open questions that exist", function()
    local cited, missing = 0, {}
    for _, path in ipairs(sources("csrc", "lua", "spec", "examples")) do
      each_citation(read(path), function(kind, number)
        cited = cited + 1
        local list = kind == "section" and sections or questions
        if not list[number] then missing[#missing + 1] = ("%s cites %s %s"):format(path, kind, number) end
      end)
    end
    assert.same({}, missing)
    assert.is_true(cited > 30)
  end)

  it("are never a bare kind of source", function()
    local bare = {}
    for _, path in ipairs(sources("csrc", "lua")) do
      local text = flat(read(path))
      for _, mark in ipairs(marks) do
        if text:find(mark, 1, true) then bare[#bare + 1] = path .. ": " .. mark end
      end
      for _, pattern in ipairs(loose) do
        if text:find(pattern) then bare[#bare + 1] = path .. ": " .. text:match(pattern .. "[^)]*") end
      end
    end
    assert.same({}, bare)
  end)

  it("have a glossary whose words are used", function()
    local unused, count = {}, 0
    for words in read("csrc/README.md"):match("\n## Words.+"):gmatch "\n| ([a-z][%a, ]*) | " do
      for word in words:gmatch "[^,]+" do
        word, count = word:match "^ *(.-)s?$", count + 1
        local pipe <close> = assert(io.popen(("grep -rlwE '%ss?' csrc lua --include='*.[ch]' --include='*.lua'")
          :format(word)))
        if not pipe:read "l" then unused[#unused + 1] = word end
      end
    end
    assert.same({}, unused)
    assert.is_true(count > 40)
  end)
end)
