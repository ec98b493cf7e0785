-- cjson.lua encode LINKS: bodies of 2,000 links from Lua tables by lua-cjson, tables included.
-- cjson.lua decode FILE TURNS: the answer of a batch read as tables, walked; tells the sum of ids and types of one
-- reading, the bytes read, and how many ids are not what the text says.
local cjson = require "cjson"
local figures = require "spec.bench.figures"

local function encode(links)
  local f, bytes, state = figures.begin(), 0, 1
  for _ = 1, links // 2000 do
    local inputs = {}
    for i = 1, 2000 do
      state = (state * 6364136223846793005 + 1442695040888963407) & math.maxinteger
      local types = { { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 279 } }
      if i % 10 == 0 then types[2] = { associationCategory = "USER_DEFINED", associationTypeId = 42 } end
      inputs[i] = { from = { id = ("%d"):format(10000000000 + (state >> 24) % 900000000000) },
        to = { id = ("%d"):format(20000000000 + (state >> 34) % 900000000) }, types = types }
    end
    bytes = bytes + #cjson.encode { inputs = inputs }
  end
  f.print(links, bytes)
end

local function decode(path, turns)
  local file <close> = assert(io.open(path, "rb"))
  local text, count, sum = file:read "a", 0, 0
  local f = figures.begin()
  for _ = 1, turns do
    sum = 0
    for _, result in ipairs(cjson.decode(text).results) do
      local from = math.tointeger(result.from.id)
      for _, link in ipairs(result.to) do
        sum = sum + (from * 31 + math.tointeger(link.toObjectId)) * (1 + #link.associationTypes)
        count = count + 1
      end
    end
  end
  local cpu_end = os.clock()
  local wrong, next_id = 0, text:gmatch '"toObjectId":(%d+)'
  for _, result in ipairs(cjson.decode(text).results) do
    for _, link in ipairs(result.to) do
      if math.tointeger(link.toObjectId) ~= math.tointeger(next_id()) then wrong = wrong + 1 end
    end
  end
  f.cpu = f.cpu + os.clock() - cpu_end -- counting is not reading
  f.print(count, sum, #text * turns, wrong)
end

if arg[1] == "encode" then encode(math.tointeger(arg[2])) else decode(arg[2], math.tointeger(arg[3])) end
