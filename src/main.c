// Where the program begins: what has to be in place before anything reads an argument or a secret.
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/secret.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
    secret_harden_process();
    intl_start(cli_peek(argc, argv, FLAG_LANG));
    cancel_start(isatty(STDIN_FILENO) || isatty(STDOUT_FILENO) || isatty(STDERR_FILENO));
    return cli_main(argc, argv);
}
