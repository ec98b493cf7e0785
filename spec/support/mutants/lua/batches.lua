-- Slips in the machinery under the verbs.
return {
  folder = "lua/tether/batches/",
  specs = { "unsure_spec", "halves_spec", "one_type_spec", "account_spec", "blame_spec", "noticed_spec", "merged_spec", "find_created_spec", "many_records_spec", "refusal_shape_spec", "removal_spec", "confirmed_spec",
    "renamed_labels_spec", "refusal_spec", "open_questions_spec", "stream_spec", "arriving_spec", "once_spec", "shared_reason_spec", "faulty_run_spec" },
  slips = {
    { "find_created.lua", "return wall_ms + (hub:stats().skew_ms or 0) - DATE_STEP", "return wall_ms - (hub:stats().skew_ms or 0) - DATE_STEP", "sign: the clock's skew" },
    { "find_created.lua", "if created and created >= started(hub, since) then return found end", "if created then return found end", "condition dropped: an older record" },
    { "find_created.lua", "if value == nil or value == \"\" then return nil end", "if value == nil then return nil end", "boundary: an empty value" },
    { "find_created.lua", "if lost and errors.is(problem) then problem.in_doubt = true end", "", "flag forgotten: in doubt" },
    { "verify.lua", "if new_from ~= from or new_to ~= to then", "if new_from ~= from then", "side forgotten: merged records" },
    { "verify.lua", "if read and held:find(new_to) then", "if read then", "condition dropped: the link under the new id" },
    { "verify.lua", "type(value) ~= \"number\" or value <= 0 then", "type(value) ~= \"number\" or value < 0 then", "boundary: no patience" },
    { "renew.lua", "if problem.code == \"TYPE_UNKNOWN\" then rows", "if problem then rows", "condition dropped: which rows are sent again" },
    { "renew.lua", "for _, one in ipairs(specs) do now[#now + 1] = one end", "", "rule dropped: what the labels of a row stand for now" },
    { "record_batches.lua", "if self.doubts[i] and err.code == \"CONFLICT\" then", "if false then", "rule dropped: a second look after a conflict" },
    { "record_batches.lua", "return tostring(a):lower() == tostring(b):lower()", "return tostring(a) == tostring(b)", "rule dropped: case of values" },
    { "reader.lua", "for i = 1, math.min(size, #self.further) do", "for i = 1, size do", "bound dropped: followers" },
    { "surplus.lua", "if state == \"rejected\" or state == \"unknown\" then", "if state == \"rejected\" then", "status: unknown removals" },
    { "bulk.lua", "local ARCHIVED_FROM, ARCHIVED_PAIRS = 100, 2000", "local ARCHIVED_FROM, ARCHIVED_PAIRS = 101, 2000", "constant: inputs of an archive" },
    { "stream.lua", "if tag and tag < 0 then from, to = to, from end", "", "rule dropped: a row as the file has it" },
    { "ids.lua", "if following and following == after then", "if false then", "rule dropped: a cursor that comes again" },
  },
}
