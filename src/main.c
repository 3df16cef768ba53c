// Where the program begins: what has to be in place before anything reads an argument or a secret.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/intl.h"
#include "base/secret.h"
#include "cli/cli.h"
#include "ui/key_tables.h"
#include "ui/term.h"
#include "ui/ui.h"

// What is opened next would else take the place of a closed standard file, and be written into. It is replaced
// by one that refuses, so that output into nowhere is told.
static void keep_standard_files(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            abort();
}

static int show_screens(const ScreensCall *call, Err *err)
{
    UiCall ui = {
        .app = {.workspace = call->workspace,
                .state_dir = call->state_dir,
                .program = call->program,
                .read_only = call->read_only},
        .clinic = call->clinic,
        .screen = call->screen,
        .color = call->color,
        .theme = call->theme,
        .ascii = call->ascii,
    };
    return ui_main(&ui, err);
}

static void terminal_facts(TerminalFacts *out)
{
    TermFacts facts = term_facts();
    *out = (TerminalFacts){facts.name, facts.places_cursor, facts.unicode, facts.colors};
}

int main(int argc, char **argv)
{
    keep_standard_files();
    secret_harden_process();
    intl_start(cli_peek(argc, argv, FLAG_LANG));
    cancel_start(isatty(STDIN_FILENO) || isatty(STDOUT_FILENO) || isatty(STDERR_FILENO));
    return cli_main(argc, argv, &(Screens){show_screens, terminal_facts, key_tables_each});
}
