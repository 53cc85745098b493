#include "update_key.h"

/* Package.swift defines it from the environment of the build. */
const char *layerberry_update_key(void) { return LAYERBERRY_UPDATE_KEY; }
