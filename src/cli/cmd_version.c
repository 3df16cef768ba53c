// mudanza version
#include "config.h"

#include "cli/commands.h"

int cmd_version(Cli *cli, Err *err)
{
    (void)err;
    if (cli->out.json) {
        JsonOut *j = out_document(&cli->out, "version");
        json_text(j, "name", PACKAGE_NAME);
        json_text(j, "version", PACKAGE_VERSION);
        out_document_end(&cli->out);
    }
    out_line(&cli->out, "%s %s", PACKAGE_NAME, PACKAGE_VERSION);
    return EXIT_OK;
}
