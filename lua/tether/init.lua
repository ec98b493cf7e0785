-- The file that `require "tether"` reads first. It is short, because modules are precompiled only from here on. The
-- module itself is tether.front.
if _VERSION ~= "Lua 5.4" then
  local host = rawget(_G, "jit") and jit.version or _VERSION -- luacheck: ignore 113
  error("Tether needs a host with Lua 5.4, and this one has " .. host .. ": run the script with lua5.4 (luv, cqueues "
    .. "and copas work there), or use Debian's Prosody, lighttpd, neomutt or dnsmasq, which have it", 0)
end

require "tether.precompiled"
return require "tether.front"
