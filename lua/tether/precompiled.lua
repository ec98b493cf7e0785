--- Has the modules read precompiled from one file beside the core, where there is one that this Lua can read: parsing
-- their sources takes three times as long as all else that a short script does. `rockspec/bundle.lua` writes it.
local bundle = package.searchpath("tether.modules", (package.cpath:gsub("%.so", ".luac")))
local precompiled = bundle and loadfile(bundle, "b")
if precompiled then precompiled(bundle) end

return precompiled ~= nil
