--- (p) Backups: bytes a link, and what has changed between two of ten million links beside reading both.
--
-- BENCH_BACKUP_LINKS=10000000 chooses how long they are.
local measure = require "spec.bench.measure"

local function program(mode, folder, links)
  return ("lua5.4 spec/bench/programs/backup.lua %s %s %d"):format(mode, folder, links)
end

return function()
  local links = math.tointeger(tonumber(os.getenv "BENCH_BACKUP_LINKS")) or 10000000
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
  local fine, problem = pcall(function()
    local small = measure.run(program("write", folder, 1000000))
    measure.row { name = "(p) a backup of 1,000,000 links, at most 12", unit = "B/link", ours = small.more[1],
      theirs = 12, ratio = small.more[1] / 12 }
    measure.run(program("write", folder, links))
    measure.compare { name = ("(p) diff of %d links, 1 %% changed, at most 1.5"):format(links), unit = "s",
      figure = measure.seconds, ours = program("diff", folder, links),
      references = { { name = "reading both", command = program("read", folder, links) } } }
  end)
  os.execute("rm -r " .. folder)
  if not fine then error(problem, 0) end
end
