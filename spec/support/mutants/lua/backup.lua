-- Slips in backups.
return {
  folder = "lua/tether/backup/",
  specs = { "jobs/backup_edges_spec", "noticed_spec", "jobs/backup_spec", "jobs/backup_model_spec" },
  slips = {
    { "compare.lua", "return from > last_from or (from == last_from and to > last_to)", "return from > last_from or (from == last_from and to >= last_to)", "boundary: behind a link", survives = "a pair stands once in a backup" },
    { "compare.lua", "return self.set and #self.set - self.at + 1 or 0", "return self.set and #self.set - self.at or 0", "boundary: the last link" },
    { "definitions.lua", "if key:sub(1, 16) ~= \"HUBSPOT_DEFINED:\" then found", "if true then found", "condition dropped: built-in labels" },
    { "definitions.lua", "if old[label] ~= new[label] then", "if false then", "rule dropped: a limit that has changed" },
    { "diff.lua", "if #parts == 0 then parts[1] = \"no link has changed\" end", "", "boundary: nothing has changed" },
    { "diff.lua", "if one.action == \"renamed\" then return", "if false then return", "rule dropped: a label that has another text" },
    { "file.lua", "if self.kind ~= \"meta\" then errors.raise", "if false then errors.raise", "rule dropped: whose links they are" },
    { "keys.lua", "local RECORDS_A_CALL = 100", "local RECORDS_A_CALL = 101", "constant: records of a read" },
    { "pairs.lua", "if not seen[from .. \":\" .. one] then", "if true then", "rule dropped: a pair twice" },
    { "pairs.lua", "if #found == 0 then check.refuse(", "if false then check.refuse(", "boundary: no pairs" },
    { "walk.lua", "if not (errors.is(found) and found.status == 403) then error(found, 0) end", "error(found, 0)", "status: what may not be read" },
    { "write.lua", "== \"file\" and not replaces then", "== \"file\" and false then", "rule dropped: a file that is there" },
    { "write.lua", "if part ~= path then os.remove(part) end", "", "close forgotten: half a file" },
  },
}
