-- Slips in the portal's labels, limits, properties, schemas.
return {
  folder = "csrc/portal/api/definitions/",
  specs = { "portal/noticed_spec", "portal/edges_spec", "portal/labels_spec", "portal/account_spec", "portal/neighbours_spec", "portal/pipelines_spec", "portal/operations_spec",
    "portal/boundaries_spec", "portal/state_spec", "portal/files_spec", "portal/switches_spec", "labels_verbs_spec" },
  slips = {
    { "labels.c", "(type->from == to && type->to == from);", "false;", "side forgotten: labels of a pair" },
    { "labels.c", "if (type->key < 0 && strcmp(type->name, label->name) == 0)", "if (false)", "rule dropped: a name twice" },
    { "labels.c", "symmetric ? label->id : label->id + 1;", "label->id + 1;", "condition dropped: a label of its own inverse" },
    { "labels.c", "types[0]->key < 0 ? 1 - types[0]->key : 1;", "types[0]->key < 0 ? -types[0]->key : 1;", "boundary: the next id" },
    { "limits.c", "json_integer_value(most) < 1) {", "json_integer_value(most) < 0) {", "boundary: a limit of 0" },
    { "limits.c", "!portal_check_direction(*type, call->from, call->to, problem)) *type = NULL;", "false) *type = NULL;", "rule dropped: direction of a limit" },
    { "limits.c", "return inverse && inverse->most > 0;", "return false;", "side forgotten: limits of the inverse" },
    { "pipelines.c", "if (json_is_null(pipeline))", "if (false)", "rule dropped: a standard one that was taken away" },
    { "properties.c", "if (type && !one_of(type,", "if (false && !one_of(type,", "rule dropped: types of a property" },
    { "schemas.c", "if ((type->from != object && type->to != object) ||", "if ((type->from != object) ||", "side forgotten: types of a schema" },
    { "schemas.c", "associations && strcmp(associations, \"false\") == 0,", "false,", "rule dropped: what is left out" },
    { "tracking.c", "if (types[i]->label && types[i]->from == from && types[i]->to == to)", "if (types[i]->label && types[i]->from == from)", "side forgotten: labels of a direction" },
    { "tracking.c", "return from ? from : order(x->to->key, y->to->key);", "return from;", "side forgotten: order" },
  },
}
