-- One quota for many machines, as Redis keeps it: what a process tells of its calls, and what it may send next.
--
-- Times are milliseconds of this server's clock. A call that was answered stands in `used` until it is free again; what
-- a process holds (not sent yet, or under way) is counted by its owner's line, which lasts as long as its lease and a
-- window more, since it may have been sent until then. A permit names how long to wait before it is used: it is for a
-- slot that gets free by then. All numbers are below 2^53, and leave as text.
local state, used, searched, owners = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local owner, seq, run, epoch, expected = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5])
local held = { tonumber(ARGV[6]), tonumber(ARGV[7]) }
local wants = { tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]) }
local reserve, farewell, was_alone, day_end = tonumber(ARGV[11]), ARGV[12] == "1", ARGV[13] == "1", tonumber(ARGV[14])
local round_trip, window_heard, day_heard, refusals = tonumber(ARGV[15]), ARGV[16], ARGV[17], ARGV[18]
local answered = { ARGV[19], ARGV[20] } -- "NUMBER:AGE …" of calls in the window, and of searches
local most_known = tonumber(ARGV[21]) -- of the window, told to a server that has forgotten it; 0: unknown
local is_certain = ARGV[22] == "1" -- `expected` was also wrong a moment ago: this clock has moved

local LEASE, HORIZON, RECENT, QUIET = 5000, 1200, 1500, 2000
local GONE, JUMP, DAY, MINUTE, PROBE, MARGIN = 600000, 500, 86400000, 60000, 600000, 2
local SEARCH_MOST, SECOND, FIRST_MOST, FIRST_SPAN, SLOTS_MOST, EXACT = 5, 1000, 100, 10000, 512, 2 ^ 53

local clock = redis.call("TIME")
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local function text(number) return string.format("%.0f", number) end
local function words(list)
  local found = {}
  for word in string.gmatch(list, "%S+") do found[#found + 1] = tonumber(word) or word end
  return found
end

for key, kind in pairs { [state] = "hash", [used] = "zset", [searched] = "zset", [owners] = "hash" } do
  local is = redis.call("TYPE", key).ok
  if is ~= "none" and is ~= kind then return redis.error_reply("WRONGTYPE " .. key .. " is a " .. is) end
end

-- Either this question has lain about while the server stood still, and nobody waits for its answer any more, or the
-- clock has moved: whoever asked can tell, and asks once more.
local has_moved = expected > 0 and math.abs(now - expected) > JUMP
if has_moved and not is_certain then return { "late" } end

-- The first write: a server that is full refuses it before anything has changed.
redis.call("HSET", state, "asked", text(now))

local facts = {}
local listed = redis.call("HGETALL", state)
for i = 1, #listed, 2 do
  local is_text = listed[i] == "run" or listed[i] == "epoch" -- digits of hexadecimal texts are no numbers
  facts[listed[i]] = is_text and listed[i + 1] or tonumber(listed[i + 1]) or listed[i + 1]
end
local function fact(name, otherwise) return tonumber(facts[name]) or otherwise end

-- The owners' lines: lease's end, what they hold, what they still want, reserve, when seen, number of the question.
local function is_possible(line) -- an impossible line would hold permits for ever; NaN is refused too
  local holds = line.window + line.search + line.single + line.bulk + line.find
  return line.lease <= now + 2 * LEASE and line.seen <= now + LEASE and holds >= 0 and holds <= 8 * SLOTS_MOST
end
local lines, NAMES = {}, { "lease", "window", "search", "single", "bulk", "find", "reserve", "seen", "seq" }
listed = redis.call("HGETALL", owners)
for i = 1, #listed, 2 do
  local line, fields = {}, words(listed[i + 1])
  for k, name in ipairs(NAMES) do line[name] = tonumber(fields[k]) or 0 end
  if is_possible(line) then lines[listed[i]] = line end
end

-- What is known is wrong behind another start of the server, or a clock that has moved since this epoch began. Then
-- everybody tells anew, and a window passes: who has gone tells nothing.
local function is_torn()
  return facts.run ~= run or has_moved and epoch == facts.epoch or now < fact("last", now) - 100
end

-- Nobody was there for so long, although some were at work, that they may have gone on alone and then away.
local function stood_still()
  if now - fact("last", now) <= fact("span", FIRST_SPAN) + QUIET then return false end
  for _, line in pairs(lines) do
    local busy = line.window + line.search + line.single + line.bulk + line.find > 0
    if busy and line.lease > facts.last then return true end
  end
  return false
end

local missing = facts.epoch == nil
if lines[owner] and seq <= lines[owner].seq and not missing then return { "stale" } end
if missing or is_torn() then
  redis.call("DEL", used, searched, owners)
  lines = {}
  facts.new = missing and epoch == "" and 1 or 0
  facts.epoch, facts.run = owner .. "-" .. seq .. "-" .. text(now), run
  facts.quiet = now + (facts.new == 1 and QUIET or fact("span", FIRST_SPAN) + QUIET)
  facts.blocked1, facts.blocked2 = 0, 0
  facts.least_at = math.min(fact("least_at", now), now)
  if fact("day_end", 0) > now + 2 * DAY then facts.day_end = 0 end -- noted while the clock was ahead
  if missing then facts.most, facts.span, facts.learnt, facts.free = FIRST_MOST, FIRST_SPAN, 0, 0 end
end

-- A number that no Tether writes would hold all processes back silently.
for name, most in pairs { most = SLOTS_MOST, span = MINUTE, learnt = 1, free = 1, new = 1, last = now + 100,
  quiet = now + MINUTE + QUIET, blocked1 = now + PROBE, blocked2 = now + PROBE, day_end = now + 2 * DAY,
  least = EXACT, least_at = now + 100, unheard = EXACT, daily = EXACT } do
  local value = facts[name]
  if value and not (type(value) == "number" and value >= -1 and value <= most) then
    return redis.error_reply(("ABSURD %s has %s = %s"):format(state, name, string.sub(tostring(value), 1, 20)))
  end
end
if stood_still() then
  facts.quiet, facts.new = now + fact("span", FIRST_SPAN) + QUIET, 0
elseif was_alone and fact("quiet", 0) <= now then
  facts.quiet, facts.new = now + QUIET, 0
end
if fact("learnt", 0) == 0 and most_known > 0 then facts.most, facts.learnt = most_known, 1 end
local told_all = epoch == "" or epoch == facts.epoch -- a new process has nothing to tell

-- Take what this process tells.
local keys, spans = { used, searched }, { fact("span", FIRST_SPAN), SECOND }
for kind = 1, 2 do
  local adds = {}
  for number, age in string.gmatch(answered[kind], "(%d+):(%d+)") do
    local free = now - tonumber(age) + spans[kind] - round_trip + MARGIN
    if free > now then
      adds[#adds + 1] = text(free)
      adds[#adds + 1] = owner .. ":" .. number
    end
    if #adds >= 200 then
      redis.call("ZADD", keys[kind], unpack(adds))
      adds = {}
    end
    if kind == 2 then facts.unheard = fact("unheard", 0) + 1 end
  end
  if #adds > 0 then redis.call("ZADD", keys[kind], unpack(adds)) end
  redis.call("ZREMRANGEBYSCORE", keys[kind], "-inf", text(now))
  redis.call("ZREMRANGEBYSCORE", keys[kind], text(now + MINUTE + SECOND), "+inf") -- no call counts for longer
end
lines[owner] = { lease = now + LEASE, window = held[1], search = held[2], single = wants[1], bulk = wants[2],
  find = wants[3], reserve = reserve, seen = now, seq = seq }
if farewell then lines[owner] = nil end
for name, line in pairs(lines) do
  if line.lease + spans[1] <= now then line.window, line.search = 0, 0 end
  if line.seen + GONE <= now then lines[name] = nil end
end

local function total(field)
  local sum = 0
  for _, line in pairs(lines) do sum = sum + line[field] end
  return sum
end

-- The account's own count corrects ours: more than all of ours together are others', fewer have left its window.
local function hear_window(most, left, sent_age, span)
  facts.most, facts.span, facts.learnt, facts.free = math.min(math.max(most, 1), SLOTS_MOST), span, 1, 0
  local count, all = math.min(math.max(most - left, 0), SLOTS_MOST), redis.call("ZRANGE", used, 0, -1, "WITHSCORES")
  local others = count - #all / 2 - total "window"
  if others <= 0 and facts.new == 1 then facts.quiet, facts.new = 0, 0 end
  if others > 0 then facts.new = 0 end
  for i = 1, others do redis.call("ZADD", used, text(now + span), "others:" .. seq .. owner .. ":" .. i) end
  local certain, oldest = 0, {}
  for i = 1, #all, 2 do
    if tonumber(all[i + 1]) - span + round_trip < now - sent_age - 5 then
      certain = certain + 1
      oldest[certain] = all[i]
    end
  end
  for i = 1, certain - count do redis.call("ZREM", used, oldest[i]) end
end
if window_heard == "free" and fact("learnt", 0) == 0 then
  facts.free, facts.quiet = 1, 0
elseif window_heard ~= "" and window_heard ~= "free" then
  hear_window(unpack(words(window_heard)))
end
if day_heard ~= "" then
  local daily, left, sent_age = unpack(words(day_heard))
  if fact("least", -1) < 0 or now - sent_age > fact("least_at", 0) or left <= facts.least then
    facts.least, facts.least_at, facts.unheard = left, now, 0
  end
  facts.daily = daily
end
if day_end >= 0 then facts.day_end = now + day_end end
for kind, wait in string.gmatch(refusals, "(%a):(%d+)") do
  local name = kind == "s" and "blocked2" or "blocked1"
  if kind == "d" then
    facts.least, facts.least_at = 0, now
  else
    facts[name] = math.max(fact(name, 0), now + math.min(tonumber(wait), PROBE))
  end
end
if fact("day_end", 0) > 0 and now >= facts.day_end then
  facts.day_end, facts.least = facts.day_end + DAY, -1
elseif fact("day_end", 0) == 0 and fact("least", -1) >= 0 and now - facts.least_at >= PROBE then
  facts.least = -1
end

-- Decide what this process gets. The reserve is the largest that any process keeps.
local kept, claimants, all_owners, urgent = 0, 0, 0, 0
for name, line in pairs(lines) do
  kept, all_owners = math.max(kept, line.reserve), all_owners + 1
  if line.seen + RECENT > now and (line.bulk + line.single > 0 or name == owner) then claimants = claimants + 1 end
  if line.seen + RECENT > now and name ~= owner then urgent = urgent + line.single end
end
local day_left = fact("least", -1)
if day_left >= 0 then day_left = day_left - fact("unheard", 0) - total "window" - total "search" end
local budget = fact("least", -1) < 0 and math.huge or math.max(day_left - kept, 0)

local function free_times(kind, most)
  local busy, times = redis.call("ZRANGE", keys[kind], 0, -1, "WITHSCORES"), {}
  local count, taken = #busy / 2, total(kind == 1 and "window" or "search")
  while #times < SLOTS_MOST do
    local over = count + taken + #times + 1 - most
    local at = over <= 0 and now or over <= count and tonumber(busy[2 * over]) or math.huge
    if at > now + HORIZON then return times, at, busy end
    times[#times + 1] = math.max(at - now, 0)
  end
  return times, now, busy
end

-- No process gets more than an equal part of the window while others want their parts.
local function fair(available, busy, field, more)
  local part, mine, theirs = math.ceil(fact("most", FIRST_MOST) / claimants), lines[owner].window + more, {}
  for i = 1, #busy, 2 do
    local name = string.match(busy[i], "^(%x+):")
    if name == owner then mine = mine + 1 elseif name then theirs[name] = (theirs[name] or 0) + 1 end
  end
  local claimed = 0
  for name, line in pairs(lines) do
    if name ~= owner and line[field] > 0 and line.seen + RECENT > now then
      claimed = claimed + math.min(line[field], math.max(part - line.window - (theirs[name] or 0), 0))
    end
  end
  return math.max(math.min(part - mine, available), available - claimed, 0)
end

local function list(times, first, last)
  local found = {}
  for i = first, last do found[#found + 1] = text(times[i]) end
  return table.concat(found, " ")
end

local singles, bulks, finds, again = "", "", "", 0
if not farewell and told_all then
  local quiet = fact("quiet", 0) > now
  local times, later, busy = free_times(1, fact("most", FIRST_MOST))
  if fact("blocked1", 0) > now then times, later = {}, facts.blocked1 end
  local available = math.min(#times, budget)
  local unknown = fact("learnt", 0) == 0 and fact("free", 0) == 0
  if quiet or unknown then -- an account that has not answered yet is tried by one call
    local tries = not (quiet and fact("new", 0) == 0) and total "window" == 0
    available = math.min(available, tries and 1 or 0)
    later = quiet and facts.quiet or now
  end
  local one = math.min(wants[1], fair(available, busy, "single", 0))
  local many = math.min(wants[2], fair(math.max(available - one - urgent, 0), busy, "bulk", one))
  if quiet or unknown then
    one = math.min(wants[1], available)
    many = math.min(wants[2], available - one)
  end
  singles, bulks = list(times, 1, one), list(times, one + 1, one + many)
  lines[owner].single, lines[owner].bulk = wants[1] - one, wants[2] - many
  lines[owner].window = held[1] + one + many
  local find_times = free_times(2, SEARCH_MOST)
  if fact("blocked2", 0) > now then find_times = {} end
  local found = math.min(wants[3], #find_times, math.max(budget - one - many, 0), quiet and facts.new or SLOTS_MOST)
  finds = list(find_times, 1, found)
  lines[owner].find, lines[owner].search = wants[3] - found, held[2] + found
  again = one + many < available and 0 or later < math.huge and math.max(later - now, 0) or 0
end

-- Write what is kept.
facts.last = math.max(now, 0)
for name, value in pairs(facts) do
  redis.call("HSET", state, name, type(value) == "number" and text(value) or value)
end
redis.call("PEXPIRE", state, 2 * DAY)
redis.call("DEL", owners)
for name, line in pairs(lines) do
  local fields = {}
  for k, field in ipairs(NAMES) do fields[k] = text(line[field]) end
  redis.call("HSET", owners, name, table.concat(fields, " "))
end
redis.call("PEXPIRE", owners, GONE)
redis.call("PEXPIRE", used, 60000)
redis.call("PEXPIRE", searched, 60000)
local window_left = math.max(fact("most", FIRST_MOST) - redis.call("ZCARD", used) - total "window", 0)
local over = fact("least", -1) >= 0 and fact("least", -1) <= kept and 1 or 0
local numbers = { now, fact("most", FIRST_MOST), fact("span", FIRST_SPAN), fact("learnt", 0), fact("free", 0),
  math.max(fact("blocked1", 0) - now, 0), math.max(fact("blocked2", 0) - now, 0), fact("daily", -1), day_left,
  fact("day_end", 0) > 0 and facts.day_end - now or -1, window_left, all_owners, again, over, told_all and 1 or 0 }
for i, number in ipairs(numbers) do numbers[i] = text(number) end
return { "ok", facts.epoch, table.concat(numbers, " "), singles, bulks, finds }
