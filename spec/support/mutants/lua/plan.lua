-- Slips in plans.
return {
  folder = "lua/tether/plan/",
  specs = { "jobs/plan_edges_spec", "jobs/plan_spec", "jobs/journal_spec", "jobs/import_spec", "jobs/model_spec", "jobs/kill_spec" },
  slips = {
    { "apply.lua", "return self.drifted + self.rejected + self.unknown + self.pending == 0 and not self.stopped", "return self.rejected + self.unknown + self.pending == 0 and not self.stopped", "one state less: drifted" },
    { "apply.lua", "return self.unknown + self.pending == 0 and not self.stopped", "return self.pending == 0 and not self.stopped", "one state less: unknown" },
    { "parts/job.lua", "if mine == its then return end", "do return end", "rule dropped: another account" },
    { "journal.lua", "if fine and errors.check(job:get \"kind\") ~= \"journal\" then", "if false then", "rule dropped: a file of another kind" },
    { "make.lua", "local MOST_REMOVALS = 100", "local MOST_REMOVALS = 101", "constant: removals that nobody allowed" },
    { "parts/pair.lua", "if not (errors.is(found) and tolerated[found.code]) then error(found, 0) end", "", "error ignored: limits that cannot be read" },
    { "plan.lua", "if #parts == 0 then parts[1] = \"nothing to do\" end", "", "boundary: nothing to do" },
    { "status.lua", "return errors.check(self.native:get \"begun_at\") == \"\" and \"planned\" or \"begun\"", "return \"planned\"", "condition dropped: a job that was begun" },
    { "undo.lua", "if facts.state == \"planned\" then return end", "", "rule dropped: what was never sent", survives = "a change that was never sent counts as none of the job's own" },
    { "undo.lua", "if facts.stage == LATE then return true end", "", "rule dropped: links that came late" },
    { "cost.lua", "local writes, reads = 0, 1", "local writes, reads = 0, 0", "off by one: the account is asked for its id" },
    { "parts/source.lua", "if self.count == 0 or self.lost then return end", "if self.count == 0 then return end", "condition dropped: rows that are lost" },
    { "import.lua", "if options.read == false then check.refuse(\"import.read\", \"no read = false beside job\", false) end", "", "rule dropped: options that cannot stand together" },
  },
}
