-- answer.lua RECORDS LINKS: the answer to a batch read of so many records with so many links each, on standard output,
-- as HubSpot writes it: no blanks, one to three types a link, ids of 10 to 12 digits and some beyond 2^53.
local records, links = math.tointeger(arg[1]), math.tointeger(arg[2])
local TYPES = {
  '{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}',
  '{"category":"HUBSPOT_DEFINED","typeId":279,"label":null},' ..
    '{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}',
  '{"category":"USER_DEFINED","typeId":28,"label":"Billing contact"},' ..
    '{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}',
}
local state = 1
local function random(limit)
  state = (state * 6364136223846793005 + 1442695040888963407) & math.maxinteger
  return (state >> 20) % limit
end

io.stdout:setvbuf("full", 1 << 16)
io.write '{"status":"COMPLETE","results":['
for r = 1, records do
  io.write(r > 1 and "," or "", ('{"from":{"id":"%d"},"to":['):format(10000000000 + r))
  for l = 1, links do
    local to = random(100) == 0 and 9007199254740993 + random(1 << 40) or 20000000000 + random(900000000000)
    local pick = random(10)
    io.write(l > 1 and "," or "", ('{"toObjectId":%d,"associationTypes":[%s]}'):format(to,
      TYPES[pick < 7 and 1 or pick < 9 and 2 or 3]))
  end
  io.write "]}"
end
io.write '],"startedAt":"2026-03-01T10:00:00.000Z","completedAt":"2026-03-01T10:00:00.500Z"}'
