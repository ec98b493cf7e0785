std = "lua54"
max_line_length = 120
files["spec"] = { std = "lua54+busted" }
files["examples"] = { std = "lua54", globals = { "hub", "tether", "portal", "_G.arg" } }
files["examples/hosts"] = { std = "lua54", globals = { "tether_hub", "lighty" } }
files["examples/hosts/prosody"] = { std = "lua54", globals = { "module" } }
files["spec/hosts/prosody"] = { std = "lua54", read_globals = { "module" } }
files["spec/support/drill.lua"] = { std = "lua54", globals = { "host" } }
files["csrc/core/purse/quota.lua"] = { std = "lua51", read_globals = { "redis", "KEYS", "ARGV" } }
files["lua/tether/meta"] = { ignore = { "212", "241" }, max_line_length = false }
