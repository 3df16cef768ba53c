// The text of the two files init writes.
#ifndef CONFIG_INIT_TEXT_H
#define CONFIG_INIT_TEXT_H

#include "config/clinic.h"
#include "config/conninfo.h"

// Everything checked and absolute.
typedef struct {
    const char *name, *profile;
    const char *source, *passphrase_file; // absolute; each NULL: none
    const char *target_path;              // absolute; NULL: the embedded database or a server
    bool server;                          // target holds the keywords
    Conninfo target;
    const Setting *settings;
    size_t n_settings;
    char secret[65]; // 64 hexadecimal digits
} InitText;

void init_config_text(const InitText *t, Buf *out);
void init_commands_text(const InitText *t, Buf *out);

#endif
