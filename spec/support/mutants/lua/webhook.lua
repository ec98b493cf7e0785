-- Slips in webhooks.
return {
  folder = "lua/tether/",
  specs = { "webhook_spec", "webhook_events_spec", "inherited_spec" },
  slips = {
    { "webhook.lua", "type(options.secret) ~= \"string\" or options.secret == \"\" then", "type(options.secret) ~= \"string\" then", "boundary: an empty secret" },
    { "webhook.lua", "if not next(versions) then check.refuse(\"webhook.accept\"", "if false then check.refuse(\"webhook.accept\"", "rule dropped: no version" },
    { "webhook.lua", "SIGNATURE_OLD = 401", "SIGNATURE_OLD = 400", "one status for another" },
    { "webhook/event.lua", "if type(text) ~= \"string\" or #text > LONGEST_TYPE then return nil end", "if type(text) ~= \"string\" then return nil end", "bound dropped: a long type", survives = "such a text names no types either way: the bound saves the time of looking" },
    { "webhook/event.lua", "return known and known.plural or id", "return id", "rule dropped: a type by its name" },
    { "webhook/seen.lua", "if self.most == 0 then return end", "", "boundary: nothing is remembered" },
    { "webhook/seen.lua", "if oldest and self.slots[oldest] == self.at then self.slots[oldest] = nil end", "if oldest then self.slots[oldest] = nil end", "condition dropped: an event that came again" },
  },
}
