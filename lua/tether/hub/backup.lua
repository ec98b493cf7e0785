--- Verbs on backups: backup, diff, restore. The first call of any of them loads the modules they need.
local M = {}

--- Takes a backup of all links of some pairs of object types, with their labels and limits, into one file.
-- @function backup
-- @tparam string|{string,...} pairs "contacts:companies", "deals:*" (all that deals have associations to), or an array
-- @tparam string file that is not there yet; it gets its name when it is whole
-- @tparam[opt] table options key = "email", "companies=domain" or an array of these: records are known by it in another
--   account; since = an older backup: the difference to it is told; replace = true: takes the place of an older backup,
--   and tells the difference to it; changed_since = a time as for hub:changed: the links of those records of each
--   pair's first type alone that have changed since, which restore brings back and diff refuses; on_progress = a
--   function told the counts so far
-- @treturn table pairs, records, links, calls, bytes, keys, without_key (records that have none), difference
-- @raise FILE_FAILED: the file is there, or cannot be written: nothing is left; FILE_BROKEN: `since` is no backup;
--   BAD_ARGUMENT, OBJECT_TYPE_UNKNOWN, and what the account refuses
function M.backup(hub, pairs, file, options)
  return require("tether.backup.write").write(hub, pairs, file, options)
end

--- Tells what has changed between two backups, or between a backup and the account.
-- @function diff
-- @tparam string old a backup
-- @tparam[opt] string new a backup; without it, or "CRM", the account as it is
-- @tparam[opt] table options list = so many changes are told one by one; pairs = { "contacts:companies", … }: these
--   alone; on_progress
-- @treturn diff #diff: how many differences; added, removed, relabeled, primary, same: numbers of links; pairs: the
--   same for each pair; definitions: labels and limits; only_old, only_new: pairs; changes { action = "link", "unlink",
--   "relabel" or "primary", from_type =, to_type =, from =, to =, before =, after = labels }, left_out; tostring tells
--   it
-- @raise FILE_FAILED, FILE_BROKEN, BAD_ARGUMENT for a pair that is not in the backup
function M.diff(hub, old, new, options)
  return require("tether.backup.diff").run(hub, old, new, options)
end

--- Plans to bring back the links of a backup, with exactly their labels and the primary. Nothing else is touched,
-- unless prune says so. Labels go by their names.
-- @function restore
-- @tparam string file
-- @tparam[opt] table options key = as for backup: records are found by it, in another account or in this one;
--   create_labels = true: labels that the account lacks are made; imagine_labels = true: they are taken as if they were
--   there, and the plan is looked at alone; pairs = { "contacts:companies", … }: these alone;
--   skip_unknown = true: links are left out whose record has no key, or whose key no record or several have here;
--   scope, prune, most_removals, on_progress: as for plan
-- @treturn plan to be looked at, saved, applied
-- @treturn table labels (how many were made), skipped (links left out)
-- @raise FILE_FAILED, FILE_BROKEN; JOB_ACCOUNT: of another account, and no key; LABEL_UNKNOWN names all labels that are
--   missing; PLAN_REFUSED: keys that none or several have, and what plan refuses; BAD_ARGUMENT
function M.restore(hub, file, options)
  return require("tether.backup.restore").plan(hub, file, options)
end

return M
