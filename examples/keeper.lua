-- Keeps an account's links as a file says, every night: what is missing is linked, what is not in the file goes.
--   tether run examples/keeper.lua links.csv FOLDER [10%]
-- One keeper a folder: the job of a night that was cut off goes on first, under its lock. No more links are removed
-- than the ceiling allows. The last line is the report; what to look at is listed before it, and `tether undo` with the
-- job of a night takes that night back. Exit code 1: somebody should look, 3: another keeper is at work.
local path, folder, ceiling = arg[1], arg[2], arg[3] or "10%"
if not path or not folder then
  io.stderr:write "usage: tether run keeper.lua links.csv FOLDER [most removals]\n"
  return 2
end

local function exists(name)
  local file <close> = io.open(name, "rb")
  return file ~= nil
end

-- The jobs of a folder: current.job is under way, DATE.job are those that ended.
local current = folder .. "/current.job"

local function plan()
  local made <close> = hub:plan(path, { from = "contacts", to = "companies", scope = "from", prune = true,
    most_removals = ceiling })
  print("planned: " .. tostring(made))
  if #made == 0 then return false end
  made:save(current)
  return true
end

local function apply()
  local report <close> = hub:apply(current)
  for change in report:changes() do
    if change.text then print(("%s: %d to %d: %s"):format(change.action, change.from, change.to, change.text)) end
  end
  print("applied: " .. tostring(report))
  return report:fine(), report:ended()
end

local function night()
  if not exists(current) and not plan() then return 0 end
  local fine, ended = apply()
  if ended then assert(os.rename(current, os.date("!" .. folder .. "/%Y-%m-%dT%H-%M-%S.job"))) end
  return fine and 0 or 1
end

local ran, code = pcall(night)
if ran then return code end
print("ended: " .. tostring(code)) -- a refusal, the day's limit, no network: the next night goes on
return tether.error.is(code) and code.code == "JOB_BUSY" and 3 or 1
