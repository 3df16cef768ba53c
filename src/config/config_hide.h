// Which bytes of a configuration file nobody is shown.
#ifndef CONFIG_CONFIG_HIDE_H
#define CONFIG_CONFIG_HIDE_H

#include "config/config_file.h"

// Fills f->secrets from its tree and, where that says nothing (comments, files that are no YAML), from words such as
// password in its lines. Rather too much is hidden than too little.
void config_hide(Arena *a, ConfigFile *f);

// Whether a key of this name, known or not, has something to hide: it speaks of a password, a secret or a token.
bool config_hides(const char *name);
// Whether a value looks like a connection string with a password in it.
bool config_hides_text(Str text);

#endif
