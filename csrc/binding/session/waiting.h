/* Waiting: adds `wait` and `timer` to the native session module on top of the stack. */
#ifndef TETHER_BINDING_WAITING_H
#define TETHER_BINDING_WAITING_H
#include <lua.h>

void tether_open_waiting(lua_State *L);

#endif
