/* Folder: grants of a quota that processes of this machine share by a file (share.h), or of this process alone. */
#ifndef TETHER_FOLDER_H
#define TETHER_FOLDER_H
#include "core/pace/grants.h"

/* `folder` NULL: this process alone. The file is opened by join. NULL: NO_MEMORY. */
tether_grants *tether_grants_of_folder(const char *folder, tether_error *error);
#endif
