// Prints the table of keys of config.yaml or commands.yaml as it stands in the manual.
#include <stdio.h>
#include <string.h>

#include "config/explain.h"

int main(int argc, char **argv)
{
    AUTO(buf_free) Buf out = {0};
    if (argc != 2)
        return 2;
    config_mdoc(strcmp(argv[1], "commands") == 0 ? command_keys : config_keys, &out);
    fputs(buf_text(&out), stdout);
    return 0;
}
