-- Files in every shape that people hold: each has its links, counts and messages. And sets of any kind go out and come
-- back equal.
local files = require "spec.support.files"
local rows = require "tether.files.rows"
local shapes = require "spec.fixtures.shapes"
local tether = require "tether"

local function label_of(one)
  return type(one) == "table" and ("%s:%d"):format(one.category, one.id) or tostring(one)
end

-- The links of a set as `from>to label+label`.
local function add_links(list, set)
  for link in set:rows() do
    local labels = {}
    for i, one in ipairs(link.types) do labels[i] = label_of(one) end
    list[#list + 1] = ("%s>%s%s"):format(link.from, link.to,
      #labels > 0 and " " .. table.concat(labels, "+") or "")
  end
end

local function options_of(shape, refused, told)
  local options = {}
  for name, value in pairs(shape.options or {}) do options[name] = value end
  if shape.from ~= false then options.from, options.to = "contacts", shape.to or "companies" end
  options.refused = function(row) refused[#refused + 1] = row.error.message end
  options.told = function(text) told[1] = text end
  return options
end

-- Reads the file of a shape to its end.
local function read(shape)
  local links, refused, told = {}, {}, {}
  local source <close> = rows.open(files.write(shape.text, shape.ending or ".csv"), options_of(shape, refused, told))
  for set in source:sets(rows.PIECE) do add_links(links, set) end
  return links, refused, source:tally(), told[1]
end

local function counts_of(tally)
  local counts = {}
  for _, kind in ipairs(tally.counted) do counts[kind.name] = kind.count end
  return counts
end

describe("a file", function()
  after_each(function() files.remove_all() end)

  for _, shape in ipairs(shapes) do
    it("of the shape " .. shape.name:gsub("%c", "?"), function()
      local fine, links, refused, tally, told = pcall(read, shape)
      if shape.raised then
        assert.is_false(fine)
        assert.matches(shape.raised, links.message)
        return assert.truthy(links.hint and links.hint ~= "", "a remedy")
      end
      assert(fine, tostring(links))
      assert.same(shape.links, links)
      assert.equal(#(shape.refused or {}), #refused, table.concat(refused, "\n"))
      for i, pattern in ipairs(shape.refused or {}) do assert.matches(pattern, refused[i]) end
      assert.equal(shape.empty or 0, tally.empty)
      if shape.counted then assert.same(shape.counted, counts_of(tally)) end
      if shape.told then assert.matches(shape.told, told) end
    end)
  end

  it("has one of at least 105 shapes", function()
    assert.is_true(#shapes >= 105, #shapes .. " shapes")
  end)
end)

-- -- out and back ----------------------------------------------------------------------------------------------------

local PARTS = { ";", "|", '"', "'", ",", "\n", "\r\n", "\t", " ", "\u{A0}", "279", "NULL", "NaN", "\\N", "=1+1", "+1",
  "-x", "@a", "USER_DEFINED:7", "Boss", "primary ", "é", "漢字", "🎈", "\\", "{", "[]", "#N/A", "a", "\u{200B}" }

local function random_label(random)
  local parts = {}
  for i = 1, random(1, 4) do parts[i] = PARTS[random(#PARTS)] end
  local text = table.concat(parts)
  return text:find "%S" and text or text .. "x"
end

local function random_set(random)
  local set = tether.links("contacts", "companies")
  for _ = 1, random(1, 30) do
    local labels = {}
    for i = 1, random(0, 3) do labels[i] = random_label(random) end
    set:add(random(1, 1 << 62), random(1, 9), #labels > 0 and labels or nil)
  end
  return set
end

local function content_of(set)
  local list = {}
  add_links(list, set)
  return list
end

describe("random sets with random labels", function()
  after_each(function() files.remove_all() end)

  for _, format in ipairs { "csv", "jsonl" } do
    it("go out as " .. format .. " and come back equal, again and again", function()
      for seed = 1, 40 do
        math.randomseed(seed)
        local set = random_set(math.random)
        local first, second = files.write("", "." .. format), files.write("", "." .. format)
        set:write(first)
        local back = tether.links.read(first, { from = "contacts", to = "companies" })
        assert.same(content_of(set), content_of(back), "seed " .. seed)
        back:write(second)
        assert.equal(files.content(first), files.content(second), "seed " .. seed)
      end
    end)
  end
end)
