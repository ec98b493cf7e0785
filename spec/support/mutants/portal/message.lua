-- Slips in reading requests and writing answers of the portal.
return {
  folder = "csrc/portal/message/",
  slow = { "portal" },
  specs = { "portal/noticed_spec", "portal/associations_spec", "portal/records_spec", "portal/account_spec", "portal/boundaries_spec", "portal/operations_spec",
    "portal/server_spec" },
  slips = {
    { "cursor.c", "if (left > 1) bits |=", "if (left > 2) bits |=", "boundary: a cursor's last bytes" },
    { "cursor.c", "return number && tether_id_parse(number + 1, strlen(number + 1), last);", "*last = 1;\n  return number != NULL;", "rule dropped: a cursor's id" },
    { "form.c", "return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;", "return c >= 'a' && c <= 'e' ? c - 'a' + 10 : -1;", "boundary: %F" },
    { "form.c", "if (low < 0 || high * 16 + low == 0) return false;", "if (low < 0) return false;", "condition dropped: %00" },
    { "form.c", "*at == '+' && plus_is_blank ? ' ' : *at;", "*at;", "rule dropped: a plus is a blank" },
    { "message.c", "strcasecmp(request->headers[i].name, name) == 0", "strcmp(request->headers[i].name, name) == 0", "condition: names of headers" },
    { "message.c", "*text == '\"' || *text == '\\\\' ||", "*text == '\\\\' ||", "condition dropped: quotes in a text" },
    { "message.c", "if (problem->sub_category) json_object_set_new", "if (false) json_object_set_new", "rule dropped: a sub-category" },
    { "numbers.c", "scan->key_length == sizeof name - 1 &&", "scan->key_length <= sizeof name - 1 &&", "boundary: a name's length",
      survives = "no member of any request has a name that is the beginning of this one" },
    { "numbers.c", "(*digits == '0' && stop > digits + 1)) return at;", "false) return at;", "rule dropped: zeros in front" },
  },
}
