--- What the matrix expects of a cell: how a verb must end, from what a repeat of its operation does and what a client
-- can know of the fault.
--
-- "done": as undisturbed, whatever it took. "refused": an error that says that nothing was applied, and nothing was.
-- "doubt": an error, or unknown rows, that say that nobody knows.
local M = {}

M.letters = { done = ".", refused = "r", doubt = "?" }

-- Late reads are no harm to a verb that does not read back; one that does waits for them, as long as it was told.
local function of_stale(row, fault, forever)
  if fault.lost and (row.class == "creates" or row.class == "mails") then return "doubt" end
  return forever and (row.verified or row.reads_back) and "doubt" or "done"
end

-- The write went well, and what cannot be read back stays unknown.
local function of_reading_back(fault, forever)
  if fault.harmless or (fault.stale and not forever) then return "done" end
  if fault.key == "h4" then return forever and "doubt" or "done" end -- the batches have two addresses
  return (forever or fault.final) and "doubt" or "done"
end

local function of_lost(class, fault, forever)
  if class == "creates" or class == "mails" then return "doubt" end
  if not forever then return "done" end
  return class == "settles" and fault.lands and "done" or "doubt"
end

--- How a cell must end.
-- @tparam table row of the matrix: class "reads", "converges", "creates" (no more than once), "settles" (creates that
--   a read can settle), "reads back" or "mails"; bodyless; `ends`: fault key -> { once =, forever = } where
--   the verb knows better
-- @tparam table fault
-- @tparam boolean forever whether the fault never ends, and the hub tries for a moment only
-- @treturn string
function M.of(row, fault, forever)
  local own = row.ends and row.ends[fault.key]
  if own and own[forever and "forever" or "once"] then return own[forever and "forever" or "once"] end
  if row.class == "reads back" then return of_reading_back(fault, forever) end
  if fault.stale then return of_stale(row, fault, forever) end
  if fault.harmless or (fault.in_body and row.bodyless) then return "done" end
  if fault.final then return "refused" end
  if row.class == "reads" or not fault.lost then return forever and "refused" or "done" end
  return of_lost(row.class, fault, forever)
end

--- Whether the account must be as after an undisturbed run when a cell ends in doubt; else it is as before.
function M.lands(row, fault)
  return fault.lands or row.class == "reads back" or fault.stale or (fault.in_body and row.bodyless) or false
end

--- The code of the error that tells of a cell's end.
function M.code(row, fault)
  if row.class == "reads back" and fault.stale then return "NOT_CONFIRMED" end
  local read_back = row.verified and fault.stale or row.reads_back and (fault.stale or fault.lost)
  return read_back and "NOT_CONFIRMED" or fault.code
end

return M
