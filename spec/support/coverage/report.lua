-- report.lua LINES: the lines of lua/ that no program of a coverage run has reached, by room.
local reached = {}
for line in io.lines((assert(arg[1]))) do reached[line] = true end

-- Lines that hold code, as the compiler lists them.
local function code_lines(path)
  local lines, list, pipe = {}, {}, assert(io.popen("luac5.4 -l -l -p " .. path))
  for text in pipe:lines() do
    local number = text:match "^%s+%d+%s+%[(%d+)%]"
    if number and not lines[number] then
      lines[number] = true
      list[#list + 1] = math.tointeger(tonumber(number))
    end
  end
  pipe:close()
  table.sort(list)
  return list
end

local function ranges(lines)
  local text, first, last = {}, nil, nil
  for i = 1, #lines + 1 do
    local line = lines[i]
    if first and line ~= last + 1 then
      text[#text + 1] = first == last and tostring(first) or first .. "-" .. last
      first = nil
    end
    first, last = first or line, line
  end
  return table.concat(text, " ")
end

local rooms, names = {}, {}
local pipe = assert(io.popen "cd lua && find tether bin -type f | sort")
for file in pipe:lines() do
  local room = file:match "^(.*)/"
  if not rooms[room] then
    rooms[room] = { known = 0, missed = 0 }
    names[#names + 1] = room
  end
  local missed, known = {}, code_lines("lua/" .. file)
  for _, line in ipairs(known) do
    if not reached[file .. ":" .. line] then missed[#missed + 1] = line end
  end
  local counts = rooms[room]
  counts.known, counts.missed = counts.known + #known, counts.missed + #missed
  if #missed > 0 then counts[#counts + 1] = ("  %s: %s"):format(file, ranges(missed)) end
end
pipe:close()
for _, room in ipairs(names) do
  local counts = rooms[room]
  print(("%-24s %5d of %5d lines reached"):format("lua/" .. room, counts.known - counts.missed, counts.known))
  for _, line in ipairs(counts) do print(line) end
end
