--- Slips put into the code one at a time, to see whether the tests of its room notice: `make mutants`.
--
-- A room's slips stand as data in spec/support/mutants/HOUSE/ROOM.slips; spec/support/mutants/read.lua tells the form.
-- `c`, `specs`, and `slow` (C tests) are asked in this order: they must pass without a slip, and the first failure ends
-- the asking. A slip without a place, or that does not build, fails the run.
--
-- Each worker keeps a copy of the tree in build/mutants, in which a slip costs one compilation. A room is one worker's.
-- Arguments: run [ROOM …], or (a worker's) work FOLDER [ROOM …]. A ROOM is "core/links", or a house: "core".
local files = require "spec.support.mutants.tree"
local read = require "spec.support.mutants.read"

local SLACK = 20 -- seconds beside four times what a room's tests take: a slip may make them hang, and is noticed then
local BUILD = 300 -- seconds
local ROOMS = "spec/support/mutants/"
local HOME = "build/mutants/"

local function output(command)
  local pipe <close> = assert(io.popen(command))
  return pipe:read "a"
end

-- The rooms that have slips and that are asked for: by their names, by their houses, or all.
local function find_rooms(wanted)
  local rooms = {}
  for room in output("cd " .. ROOMS .. " && ls */*.slips"):gmatch "(%S+)%.slips" do
    local chosen = #wanted == 0
    for _, name in ipairs(wanted) do chosen = chosen or name == room or name == room:match "^[^/]+" end
    if chosen then rooms[#rooms + 1] = room end
  end
  assert(#rooms > 0, "there are no slips of such a room")
  return rooms
end

local function room_data(room)
  return read.file(ROOMS .. room .. ".slips")
end

-- Runs a shell command in a worker's folder; what it prints stands in the folder's `log`.
local function passes(folder, command, seconds)
  return os.execute(("cd %s && timeout -k 5 %d bash -c '%s' >log 2>&1 </dev/null"):format(folder, seconds,
    command:gsub("'", "'\\''")))
end

-- Without warnings: a slip may leave a variable unused. `env -u`: the outer make's flags are its own.
local MAKE = "env -u MAKEFLAGS -u MAKELEVEL make -s CFLAGS=-O1 WARNINGS=-std=gnu17 "

-- What is built for a room's C tests, and what tells whether a slip of this room is noticed.
local function commands(data)
  local built, told, specs = {}, {}, {}
  local function add_programs(names)
    for _, name in ipairs(names) do
      built[#built + 1] = ("build/plain/test/%s_test"):format(name)
      told[#told + 1] = built[#built]
    end
  end
  add_programs(data.c)
  for _, name in ipairs(data.specs) do specs[#specs + 1] = ("spec/%s.lua"):format(name) end
  if #specs > 0 then
    told[#told + 1] = 'eval "$(make -s env)" && lua5.4 spec/support/busted.lua --no-keep-going --output=TAP ' ..
      table.concat(specs, " ")
  end
  add_programs(data.slow)
  return {
    build = MAKE .. "all build/plain/spec_unix.so build/plain/spec_clock.so " .. table.concat(built, " "),
    tell = table.concat(told, " && "),
    parse = "luac5.4 -p ",
  }
end

-- What became of the tests of the tree without a slip, and how long they may take with one.
local function check(folder, room, asked)
  if not passes(folder, asked.build, BUILD) then
    error(room .. " does not build:\n" .. files.tail(folder .. "/log"), 0)
  end
  local before = os.time()
  if not passes(folder, asked.tell, BUILD) then
    error(room .. ": its tests fail without any slip:\n" .. files.tail(folder .. "/log"), 0)
  end
  return SLACK + 4 * (os.time() - before)
end

-- What becomes of one slip: "noticed", "survived", "stale" (its text is not there once), "broken" (it does not build).
local function try(folder, path, slip, asked, seconds)
  local before = files.content(folder .. "/" .. path)
  local from, to = before:find(slip.find, 1, true)
  if not from or before:find(slip.find, to + 1, true) then return "stale" end
  files.write(folder .. "/" .. path, before:sub(1, from - 1) .. slip.replace .. before:sub(to + 1))
  local verdict = "broken"
  if passes(folder, path:match "%.lua$" and asked.parse .. path or asked.build, BUILD) then
    verdict = passes(folder, asked.tell, seconds) and "survived" or "noticed"
  end
  files.write(folder .. "/" .. path, before)
  return verdict
end

local function work_in_room(folder, room)
  local data = room_data(room)
  local asked = commands(data)
  local seconds = check(folder, room, asked)
  for _, slip in ipairs(data.slips) do
    local path = data.folder .. slip.file
    local started = os.time()
    local verdict = try(folder, path, slip, asked, seconds)
    local text = slip.kind .. (slip.survives and " (" .. slip.survives .. ")" or "")
    if verdict ~= "noticed" then
      text = ("%s: %s -> %s"):format(text, (slip.find:gsub("%s+", " ")), (slip.replace:gsub("%s+", " ")))
    end
    print(table.concat({ verdict, room, path, os.time() - started, text }, "\t"))
    io.stdout:flush()
    if verdict ~= "noticed" then io.stderr:write(("%s %s: %s\n"):format(verdict, path, text)) end
  end
end

-- Rooms wait as files in the queue: whoever can rename one has it.
local function work(folder, rooms)
  files.copy_tree(folder)
  for _, room in ipairs(rooms) do
    local waiting = HOME .. "queue/" .. room:gsub("/", ".")
    if os.rename(waiting, folder .. "/room") then
      local fine, problem = pcall(work_in_room, folder, room)
      if not fine then -- the other rooms are still worth asking
        io.stderr:write(problem, "\n")
        print(table.concat({ "broken", room, "its tests", 0, (tostring(problem):match "^[^\n]*") }, "\t"))
      end
    end
  end
end

local function start(rooms, jobs)
  os.execute(("rm -rf %squeue && mkdir -p %squeue"):format(HOME, HOME))
  for _, room in ipairs(rooms) do files.write(HOME .. "queue/" .. room:gsub("/", "."), "") end
  local pipes = {}
  for job = 0, jobs - 1 do
    pipes[#pipes + 1] = assert(io.popen(("exec lua5.4 spec/support/mutants.lua work %s%d %s"):format(HOME, job,
      table.concat(rooms, " "))))
  end
  return pipes
end

local function collect(pipes)
  local results, fine = {}, true
  for _, pipe in ipairs(pipes) do
    for line in pipe:lines() do
      local verdict, room, file, seconds, what = line:match "^(%S+)\t(%S+)\t([^\t]+)\t(%d+)\t(.*)$"
      if verdict then
        local counts = results[room] or { noticed = 0, survived = 0, stale = 0, broken = 0, seconds = 0 }
        results[room] = counts
        counts[verdict] = counts[verdict] + 1
        counts.seconds = counts.seconds + tonumber(seconds)
        if verdict ~= "noticed" then counts[#counts + 1] = ("%-8s %s: %s"):format(verdict, file, what) end
      end
    end
    fine = pipe:close() and fine
  end
  return results, fine
end

local function rate(noticed, tried)
  return ("%3d of %3d noticed (%d %%)"):format(noticed, tried, tried > 0 and noticed * 100 // tried or 0)
end

-- Whether every slip could be tried: a stale or broken one proves nothing about the tests.
local function report(rooms, results)
  local tried_all, noticed, tried = true, 0, 0
  for _, room in ipairs(rooms) do
    local counts = results[room]
    if counts then
      local here = counts.noticed + counts.survived
      print(("%-20s %s, %d stale, %d broken, %d s"):format(room, rate(counts.noticed, here), counts.stale,
        counts.broken, counts.seconds))
      for _, line in ipairs(counts) do print("  " .. line) end
      tried_all = tried_all and counts.stale == 0 and counts.broken == 0
      noticed, tried = noticed + counts.noticed, tried + here
    end
  end
  print(("%-20s %s"):format("all", rate(noticed, tried)))
  return tried_all
end

local how = table.remove(arg, 1)
if how == "work" then
  work(table.remove(arg, 1), arg)
else
  local rooms = find_rooms(arg)
  local results, fine = collect(start(rooms, math.tointeger(tonumber(os.getenv "JOBS" or 2))))
  if not (report(rooms, results) and fine) then
    print "some slips could not be tried: see above"
    os.exit(1)
  end
end
