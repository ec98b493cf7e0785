-- Slips in signatures that Lua sees.
return {
  folder = "csrc/binding/webhook/",
  specs = { "places_spec", "webhook_spec", "webhook_events_spec" },
  slips = {
    { "webhook.c", "luaL_argcheck(L, now_ms >= 0, 8, \"a time before 1970\");", "", "bound dropped: before 1970" },
    { "webhook.c", "(tether_signature_version)version, (tether_slice)", "TETHER_SIGNATURE_V3, (tether_slice)", "constant: a version" },
    { "webhook.c", "memcpy(box->bytes, secret.data, secret.length);", "memset(box->bytes, 0, secret.length);", "rule dropped: the secret" },
    { "webhook.c", "if (!tether_events_count(body, (size_t)most, &events, &error)) return tether_push_error(L, &error);", "tether_events_count(body, (size_t)most, &events, &error);", "error ignored: events" },
    { "webhook.c", "if (!tether_sha256(check_slice(L, 1), hex, &error)) return", "if (!tether_sha256((tether_slice){\"\", 0}, hex, &error)) return", "constant: what is hashed" },
    { "webhook.c", "explicit_bzero(box->bytes, box->length);\n  box->length = 0;", "explicit_bzero(box->bytes, 0);\n  box->length = 0;", "close forgotten: the key is cleared",
      survives = "it is memory that the program has given back: only its next owner could look at it" },
    { "webhook.c", "check_slice(L, 5), check_slice(L, 6),", "check_slice(L, 6), check_slice(L, 5),", "side: the body and the time" },
  },
}
