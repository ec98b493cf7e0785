--- Slips put into the code one at a time, to see whether the tests of its room notice: `make mutants`.
--
-- A room's slips stand as data in spec/support/mutants/ROOM.lua:
--   { c = { "links", … }, specs = { "links_spec", … }, slips = { { FILE, FIND, REPLACE, WHAT, survives = WHY }, … } }
-- FIND stands once in FILE; WHAT says what goes wrong; `survives` says why no test can see it. The tests of a room must
-- pass without a slip. Each worker has a folder of its own with a copy of the tree, so that several run side by side.
-- Arguments: run [ROOM …], or (a worker's) work FOLDER NUMBER OF [ROOM …].
local LONGEST = 300 -- seconds that the tests of one slip may take: a slip may make them hang, and is noticed then

local function content(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(text))
end

-- The rooms that have slips.
local function all_rooms()
  local rooms = {}
  for path in assert(io.popen "ls spec/support/mutants/*.lua"):lines() do
    rooms[#rooms + 1] = path:match "(%w+)%.lua$"
  end
  return rooms
end

local function room_data(room)
  return dofile("spec/support/mutants/" .. room .. ".lua")
end

-- The commands that tell whether a slip of this room is noticed, the quickest first; each fails when it is.
local function commands(data)
  local list, programs = {}, {}
  for _, name in ipairs(data.c or {}) do programs[#programs + 1] = ("build/plain/test/%s_test"):format(name) end
  if #programs > 0 then
    list[#list + 1] = ("make -s %s && %s"):format(table.concat(programs, " "), table.concat(programs, " && "))
  end
  local specs = {}
  for _, name in ipairs(data.specs or {}) do specs[#specs + 1] = ("spec/%s.lua"):format(name) end
  if #specs > 0 then
    list[#list + 1] = ('eval "$(make -s env)" && lua5.4 spec/support/busted.lua --no-keep-going --output=TAP %s')
      :format(table.concat(specs, " "))
  end
  return list
end

local function passes(folder, command)
  return os.execute(("cd %s && timeout -k 5 %d bash -c '%s' >/dev/null 2>&1 </dev/null"):format(folder, LONGEST,
    command:gsub("'", "'\\''")))
end

local function builds(folder, path)
  if path:match "%.lua$" then return passes(folder, "luac5.4 -p " .. path) end
  return passes(folder, "make -s all")
end

local function all_pass(folder, tests)
  for _, command in ipairs(tests) do
    if not passes(folder, command) then return false end
  end
  return true
end

-- What becomes of one slip: "noticed", "survived", "stale" (its text is not there once), "broken" (it does not build).
local function try(folder, slip, tests)
  local path = folder .. "/" .. slip[1]
  local before = content(path)
  local from, to = before:find(slip[2], 1, true)
  if not from or before:find(slip[2], to + 1, true) then return "stale" end
  write(path, before:sub(1, from - 1) .. slip[3] .. before:sub(to + 1))
  local verdict = "broken"
  if builds(folder, slip[1]) then verdict = all_pass(folder, tests) and "survived" or "noticed" end
  write(path, before)
  return verdict
end

local function work(folder, number, of, rooms)
  -- With their times, so that only what a slip touches is built again.
  assert(os.execute(("rm -rf $F && mkdir -p $F/build && cp -a Makefile .busted csrc lua spec examples rockspec *.md " ..
    "LICENSE $F/ && " ..
    "cp -a build/plain build/gen build/tether $F/build/"):gsub("%$F", folder)))
  local place = 0
  for _, room in ipairs(rooms) do
    local data = room_data(room)
    local tests = commands(data)
    if not all_pass(folder, tests) then error(room .. ": its tests fail without any slip", 0) end
    for _, slip in ipairs(data.slips) do
      place = place + 1
      if place % of == number then
        local why = slip.survives and (" (" .. slip.survives .. ")") or ""
        print(table.concat({ try(folder, slip, tests), room, slip[1], slip[4] .. why }, "\t"))
        io.stdout:flush()
      end
    end
    passes(folder, "make -s all")
  end
  os.execute("rm -rf " .. folder)
end

local function collect(rooms, jobs)
  local pipes, results = {}, {}
  for job = 0, jobs - 1 do
    pipes[#pipes + 1] = assert(io.popen(("lua5.4 spec/support/mutants.lua work build/mutants/%d %d %d %s"):format(job,
      job, jobs, table.concat(rooms, " "))))
  end
  for _, pipe in ipairs(pipes) do
    for line in pipe:lines() do
      local verdict, room, file, what = line:match "^(%S+)\t(%S+)\t(%S+)\t(.*)$"
      if verdict then
        local counts = results[room] or { noticed = 0, survived = 0, stale = 0, broken = 0 }
        results[room] = counts
        counts[verdict] = counts[verdict] + 1
        if verdict ~= "noticed" then counts[#counts + 1] = ("%-8s %s: %s"):format(verdict, file, what) end
      end
    end
    assert(pipe:close(), "a worker has failed")
  end
  return results
end

-- Whether every slip could be tried: a stale or broken one proves nothing about the tests.
local function report(rooms, results)
  local tried_all = true
  for _, room in ipairs(rooms) do
    local counts = results[room]
    if counts then
      local tried = counts.noticed + counts.survived
      print(("%-8s %3d of %3d noticed (%d %%), %d stale, %d broken"):format(room, counts.noticed, tried,
        tried > 0 and counts.noticed * 100 // tried or 0, counts.stale, counts.broken))
      for _, line in ipairs(counts) do print("  " .. line) end
      tried_all = tried_all and counts.stale == 0 and counts.broken == 0
    end
  end
  return tried_all
end

local how = table.remove(arg, 1)
if how == "work" then
  local folder, number, of = table.remove(arg, 1), table.remove(arg, 1), table.remove(arg, 1)
  work(folder, math.tointeger(tonumber(number)), math.tointeger(tonumber(of)), arg)
else
  local rooms = #arg > 0 and arg or all_rooms()
  if not report(rooms, collect(rooms, math.tointeger(tonumber(os.getenv "JOBS" or 2)))) then os.exit(1) end
end
