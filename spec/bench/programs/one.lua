-- one.lua: connects to $TETHER_URL and ties a contact and a company: one call. The whole process is what is measured.
local tether = require "tether"
local hub = tether.connect { url = os.getenv "TETHER_URL" }
hub:associate("contacts", 101, "companies", 9001)
hub:close()
