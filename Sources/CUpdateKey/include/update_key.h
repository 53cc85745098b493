#ifndef LAYERBERRY_UPDATE_KEY_H
#define LAYERBERRY_UPDATE_KEY_H

/* The public key that updates must be signed with, as 64 hex digits; empty where this build was given none. */
const char *layerberry_update_key(void);

#endif
