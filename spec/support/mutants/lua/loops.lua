-- Slips in adapters of loops.
return {
  folder = "lua/tether/loops/",
  specs = { "hosts/hosts_spec", "loop_spec" },
  slips = {
    { "copas.lua", "if #queue == 1 then M.after(0, run_queue) end", "", "rule dropped: what is soon" },
    { "copas.lua", "if not ringing then copas.addthread(ring) end", "", "rule dropped: a timer" },
    { "cqueues.lua", "if not stopped() then fn() end", "fn()", "condition dropped: a stopped timer" },
    { "luv.lua", "for i = 1, #list do list[i]() end", "for i = 2, #list do list[i]() end", "boundary: the first of what is soon" },
    { "luv.lua", "if handle:is_closing() then return end", "", "rule dropped: closed twice" },
  },
}
