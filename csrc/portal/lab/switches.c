#include "portal/lab/switches.h"

#include <stdlib.h>
#include <string.h>

static const portal_switch_row rows[PORTAL_SWITCH_COUNT] = {
#define PORTAL_CHOICE_TEXT(name, choice) "," #choice
#define PORTAL_SWITCH_CHOICE(name, text, help, ...)                                                                    \
  {text, &(PORTAL_EACH(PORTAL_CHOICE_TEXT, name, __VA_ARGS__))[1], help, 0, 0},
#define PORTAL_SWITCH_NUMBER(name, text, least, otherwise, help) {text, NULL, help, least, otherwise},
    PORTAL_SWITCH_TABLE(PORTAL_SWITCH_CHOICE, PORTAL_SWITCH_NUMBER)
#undef PORTAL_SWITCH_CHOICE
#undef PORTAL_SWITCH_NUMBER
#undef PORTAL_CHOICE_TEXT
};

const portal_switch_row *portal_switch_rows(void) { return rows; }

void portal_switches_reset(int64_t values[PORTAL_SWITCH_COUNT]) {
  for (int i = 0; i < PORTAL_SWITCH_COUNT; i++) values[i] = rows[i].otherwise;
}

static bool read_choice(const char *choices, const char *value, int64_t *position) {
  size_t length = strlen(value);
  for (*position = 0; *choices; ++*position) {
    size_t choice = strcspn(choices, ",");
    if (choice == length && strncmp(choices, value, length) == 0) return true;
    choices += choice + (choices[choice] == ',');
  }
  return false;
}

static bool read_number(const char *value, int64_t least, int64_t *number) {
  char *end;
  *number = strtoll(value, &end, 10);
  return *value && !*end && *number >= least && *number <= INT32_MAX;
}

static bool read_value(const portal_switch_row *row, const char *value, int64_t *read) {
  return row->choices ? read_choice(row->choices, value, read) : read_number(value, row->least, read);
}

bool portal_switches_set(int64_t values[PORTAL_SWITCH_COUNT], const char *name, const char *value,
                         tether_error *error) {
  for (int i = 0; i < PORTAL_SWITCH_COUNT; i++) {
    if (strcmp(rows[i].name, name) != 0) continue;
    int64_t read;
    if (read_value(&rows[i], value, &read)) {
      values[i] = read;
      return true;
    }
    return tether_fail(error, TETHER_BAD_ARGUMENT, "switch %s: %s is needed, got %.60s", name,
                       rows[i].choices ? rows[i].choices : "a whole number", value);
  }
  return tether_fail(error, TETHER_OPTION_UNKNOWN, "there is no switch %.60s", name);
}
