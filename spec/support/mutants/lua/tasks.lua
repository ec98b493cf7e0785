-- Slips in tasks.
return {
  folder = "lua/tether/tasks/",
  specs = { "tasks_edges_spec", "tasks_spec", "tasks_among_spec", "loop_spec", "callbacks_spec", "descriptor_spec" },
  slips = {
    { "alarms.lua", "table.insert(self.list, place, alarm)", "table.insert(self.list, alarm)", "rule dropped: the soonest first" },
    { "alarms.lua", "return first and math.max(0, first.at_ms - native.clock_ms())", "return first and first.at_ms - native.clock_ms()", "sign: an alarm that is late" },
    { "flight.lua", "if type(problem) == \"table\" and problem.code == \"CANCELLED\" then return nil end", "", "rule dropped: one who is cancelled" },
    { "flight.lua", "if mine[key] == flight then mine[key] = nil end", "", "close forgotten: a flight" },
    { "job.lua", "self.cancelled = true\n  for child in pairs(self.children) do child:cancel() end", "self.cancelled = true", "rule dropped: children are cancelled" },
    { "job.lua", "if job.interrupt then job.interrupt() end", "", "rule dropped: children are interrupted" },
    { "job.lua", "if is_news then table.insert(job.later, problem) end", "", "error ignored: later errors" },
    { "map.lua", "local WIDTH = 8", "local WIDTH = 1", "constant: width" },
    { "map.lua", "if not ok then error(result, 0) end", "", "error ignored" },
    { "pump.lua", "if not ok then wake_all(pump, problem) end", "", "error ignored: a session that fails" },
    { "scheduler.lua", "if loop and loop ~= adapter then", "if false then", "rule dropped: two loops" },
    { "scheduler.lua", "options.outside ~= \"refuse\" and options.outside ~= \"block\" then", "false then", "rule dropped: options" },
  },
}
