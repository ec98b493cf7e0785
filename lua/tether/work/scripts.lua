--- Scripts that run inside Redis, and the keys that they use. A script is one step: no other client sees half of it.
--
-- Each script answers an array whose first element is a word: "fine", or the reason why not. "gone": Redis was emptied,
-- restarted or set back, so what it has of the job cannot be trusted. "lost": another process has the lease, or the
-- job.
--
-- Keys of a job: its facts (a hash), batches (a stream with the group "workers"), results (a stream), owner (a text
-- that lasts as long as the owner is there). Of all jobs: open (a hash, job -> account) and bell (a stream that wakes
-- those who have nothing to do).
--
-- A batch's lease is the field "l:BATCH" of the facts: number, state (q: waits, h: held, d: done), beat (grows at each
-- renewal), how often a holder has failed, entry of the stream, holder.
local M = {}

local PREFIX = "tether:"

M.OPEN, M.BELL = PREFIX .. "open", PREFIX .. "bell"

--- The keys of a job, in the order that all scripts take them.
-- @tparam string id of the job
-- @treturn {string,...} facts, batches, results, owner, open, bell
function M.keys(id)
  local own = PREFIX .. "job:" .. id .. ":"
  return { own .. "facts", own .. "batches", own .. "results", own .. "owner", M.OPEN, M.BELL }
end

-- A job whose owner never comes back expires after a week.
local PRELUDE = [[
local WEEK = 604800
local facts, batches, results, owner, open, bell = unpack(KEYS)
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local function trusted(epoch)
  local known = redis.call('HMGET', facts, 'epoch', 'run')
  return known[1] and known[2] == run and (not epoch or known[1] == epoch) and
    redis.call('EXISTS', batches, results) == 2
end
local function lease_of(batch)
  local text = redis.call('HGET', facts, 'l:' .. batch)
  if not text then return { n = 0, state = 'none', beat = 0, fails = 0, entry = '-', holder = '-' } end
  local n, state, beat, fails, entry, holder = string.match(text, '^(%d+) (%l) (%d+) (%d+) (%S+) (%S+)$')
  return { n = tonumber(n), state = state, beat = tonumber(beat), fails = tonumber(fails), entry = entry,
    holder = holder }
end
local function keep(batch, l)
  redis.call('HSET', facts, 'l:' .. batch,
    string.format('%d %s %d %d %s %s', l.n, l.state, l.beat, l.fails, l.entry, l.holder))
end
local function is_held(l, n, holder)
  return l.state == 'h' and l.n == tonumber(n) and l.holder == holder
end
local function drop(entry)
  redis.call('XACK', batches, 'workers', entry)
  redis.call('XDEL', batches, entry)
end
local function seen(worker, text)
  redis.call('HSET', facts, 'w:' .. worker, text .. ' ' .. redis.call('TIME')[1])
end
]]

local bodies = {}

-- owner, milliseconds, seal -> fine, run is known (0 or 1), epoch or "" | type, key, what it is | held, owner, ms |
-- other, its owner's name: a job of this id that is not this file's
bodies.claim = [[
local kinds = { 'hash', 'stream', 'stream', 'string', 'hash', 'stream' }
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'none' and kind ~= kinds[i] then return { 'type', key, kind } end
end
local known = redis.call('HMGET', facts, 'seal', 'epoch', 'run', 'name')
if known[1] and known[1] ~= ARGV[3] then return { 'other', known[4] or '' } end
local holder = redis.call('GET', owner)
if holder and holder ~= ARGV[1] then return { 'held', holder, redis.call('PTTL', owner) } end
redis.call('SET', owner, ARGV[1], 'PX', ARGV[2])
local is_known = known[3] == run and redis.call('EXISTS', batches, results) == 2
return { 'fine', is_known and 1 or 0, known[2] or '' }
]]

-- owner, job, account, then names and values of the facts -> fine | lost
bodies.begin = [[
if redis.call('GET', owner) ~= ARGV[1] then return { 'lost' } end
redis.call('DEL', facts, batches, results)
redis.call('XGROUP', 'CREATE', batches, 'workers', '0', 'MKSTREAM')
redis.call('XGROUP', 'CREATE', results, 'owner', '0', 'MKSTREAM') -- else a stream without entries would not be there
redis.call('HSET', facts, 'run', run, unpack(ARGV, 4))
redis.call('HSET', open, ARGV[2], ARGV[3])
for _, key in ipairs { facts, batches, results, open } do redis.call('EXPIRE', key, WEEK) end
return { 'fine' }
]]

-- owner, epoch, batch, sent, facts, changes, results -> fine | there | gone | lost
bodies.publish = [[
if not trusted(ARGV[2]) then return { 'gone' } end
if redis.call('GET', owner) ~= ARGV[1] then return { 'lost' } end
local l = lease_of(ARGV[3])
if l.state == 'q' or l.state == 'h' then return { 'there' } end
redis.call('XADD', batches, '*', 'b', ARGV[3], 'w', ARGV[4], 'f', ARGV[5], 'c', ARGV[6], 'r', ARGV[7])
l.state, l.fails, l.holder = 'q', 0, '-'
keep(ARGV[3], l)
redis.call('XADD', bell, 'MAXLEN', '4', '*', 'j', '1')
redis.call('EXPIRE', bell, WEEK)
return { 'fine' }
]]

-- job, worker, what it is -> fine, epoch, lease number, failures, fields of the entry | none, epoch | gone
bodies.take = [[
if redis.call('EXISTS', facts) == 0 then redis.call('HDEL', open, ARGV[1]) end
if not trusted() then return { 'gone' } end
local epoch = redis.call('HGET', facts, 'epoch')
seen(ARGV[2], ARGV[3])
local got = redis.call('XREADGROUP', 'GROUP', 'workers', ARGV[2], 'COUNT', 1, 'STREAMS', batches, '>')
if not got then return { 'none', epoch } end
local entry, fields = got[1][2][1][1], got[1][2][1][2]
local batch
for i = 1, #fields, 2 do
  if fields[i] == 'b' then batch = fields[i + 1] end
end
local l = lease_of(batch)
l.n, l.state, l.beat, l.entry, l.holder = l.n + 1, 'h', 1, entry, ARGV[2]
keep(batch, l)
return { 'fine', epoch, l.n, l.fails, fields }
]]

-- epoch, batch, lease number, worker, what it is -> fine | lost | gone
bodies.renew = [[
if not trusted(ARGV[1]) then return { 'gone' } end
local l = lease_of(ARGV[2])
if not is_held(l, ARGV[3], ARGV[4]) then return { 'lost' } end
l.beat = l.beat + 1
keep(ARGV[2], l)
redis.call('XCLAIM', batches, 'workers', ARGV[4], 0, l.entry, 'JUSTID')
seen(ARGV[4], ARGV[5])
return { 'fine' }
]]

-- epoch, batch, lease number, worker, what it is, results, notes -> fine | lost | gone
bodies.settle = [[
if not trusted(ARGV[1]) then return { 'gone' } end
local l = lease_of(ARGV[2])
if l.state == 'd' and l.n == tonumber(ARGV[3]) and l.holder == ARGV[4] then return { 'fine' } end
if not is_held(l, ARGV[3], ARGV[4]) then return { 'lost' } end
redis.call('XADD', results, '*', 'b', ARGV[2], 's', 'settled', 'r', ARGV[6], 't', ARGV[7], 'n', ARGV[3])
l.state = 'd'
keep(ARGV[2], l)
drop(l.entry)
seen(ARGV[4], ARGV[5])
return { 'fine' }
]]

-- epoch, batch, lease number, worker or "", beat or "", failed (0 or 1), sent (0 or 1), why, what the worker is ->
-- fine | failed | lost | gone: a worker gives a batch back, or the owner frees it
bodies.free = [[
if not trusted(ARGV[1]) then return { 'gone' } end
if ARGV[4] ~= '' then seen(ARGV[4], ARGV[9]) end
local l = lease_of(ARGV[2])
local is_same = l.state == 'h' and l.n == tonumber(ARGV[3]) and (ARGV[4] == '' or l.holder == ARGV[4]) and
  (ARGV[5] == '' or l.beat == tonumber(ARGV[5]))
if not is_same then return { 'lost' } end
l.fails = l.fails + tonumber(ARGV[6])
local found = redis.call('XRANGE', batches, l.entry, l.entry)[1]
if not found then return { 'gone' } end
if l.fails >= tonumber(redis.call('HGET', facts, 'tries')) then
  redis.call('XADD', results, '*', 'b', ARGV[2], 's', 'failed', 'r', '', 't', ARGV[8], 'n', ARGV[3])
  drop(l.entry)
  l.state = 'd'
  keep(ARGV[2], l)
  return { 'failed' }
end
local fields = found[2]
for i = 1, #fields, 2 do
  if fields[i] == 'w' and ARGV[7] == '1' then fields[i + 1] = '1' end
end
redis.call('XADD', batches, '*', unpack(fields))
drop(l.entry)
l.state, l.holder = 'q', '-'
keep(ARGV[2], l)
redis.call('XADD', bell, 'MAXLEN', '4', '*', 'j', '1')
return { 'fine' }
]]

-- owner, epoch, milliseconds, job, account, "" or the least entry of the results that is still wanted
-- -> fine, leases, workers | gone | lost
bodies.watch = [[
if not trusted(ARGV[2]) or #redis.call('XINFO', 'GROUPS', batches) == 0 then return { 'gone' } end
if redis.call('GET', owner) ~= ARGV[1] then return { 'lost' } end
redis.call('PEXPIRE', owner, ARGV[3])
redis.call('HSET', open, ARGV[4], ARGV[5])
for _, key in ipairs { facts, batches, results, open } do redis.call('EXPIRE', key, WEEK) end
if ARGV[6] ~= '' then redis.call('XTRIM', results, 'MINID', ARGV[6]) end
local all, leases, workers = redis.call('HGETALL', facts), {}, {}
for i = 1, #all, 2 do
  local kind, name = string.match(all[i], '^(%l):(.*)$')
  if kind == 'l' and string.match(all[i + 1], '^%d+ h ') then
    leases[#leases + 1] = name .. ' ' .. all[i + 1]
  elseif kind == 'w' then
    workers[#workers + 1] = name .. ' ' .. all[i + 1]
  end
end
return { 'fine', leases, workers, redis.call('TIME')[1] }
]]

-- owner, job, everything goes (0 or 1) -> fine | lost
bodies.leave = [[
if redis.call('GET', owner) ~= ARGV[1] then return { 'lost' } end
redis.call('DEL', owner)
if ARGV[3] == '1' then
  redis.call('DEL', facts, batches, results)
  redis.call('HDEL', open, ARGV[2])
end
return { 'fine' }
]]

-- -> fine, leases, workers, time, epoch, whether an owner is there (0 or 1), batches that wait, milliseconds of a lease
-- | none
bodies.look = [[
local known = redis.call('HMGET', facts, 'epoch', 'lease')
if not known[1] then return { 'none' } end
local all, leases, workers, waiting = redis.call('HGETALL', facts), {}, {}, 0
for i = 1, #all, 2 do
  local kind, name = string.match(all[i], '^(%l):(.*)$')
  local state = kind == 'l' and string.match(all[i + 1], '^%d+ (%l) ')
  if state == 'h' then leases[#leases + 1] = name .. ' ' .. all[i + 1] end
  if state == 'q' then waiting = waiting + 1 end
  if kind == 'w' then workers[#workers + 1] = name .. ' ' .. all[i + 1] end
end
return { 'fine', leases, workers, redis.call('TIME')[1], known[1], redis.call('EXISTS', owner), waiting, known[2] }
]]

--- name -> text.
M.texts = {}

for name, body in pairs(bodies) do M.texts[name] = PRELUDE .. body end

return M
