#include "cli/full_screen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/control.h"
#include "cli/cli.h"

bool full_screen_fits(const Cli *cli)
{
    const char *term = getenv("TERM");
    return cli->screens && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !(term && !strcmp(term, "dumb")) &&
           !cli->out.json && !cli->out.quiet && !cli_has(cli, FLAG_PLAIN) && !cli_has(cli, FLAG_NO_TUI);
}

// The file this program runs from, whatever it was called by.
static const char *own_path(Arena *a)
{
    enum { PATH = 4096 };
    char *path = arena_take(a, PATH);
    ssize_t len = readlink("/proc/self/exe", path, PATH - 1);
    return len > 0 && len < PATH - 1 ? path : "mudanza";
}

int full_screen_show(Cli *cli, const char *clinic, const char *screen, Err *err)
{
    Err none = {0};
    const char *workspace = cli_workspace(cli, clinic ? err : &none);
    if (clinic && (!workspace || !cli_clinic_known(cli, workspace, clinic, err)))
        return (int)err->kind;
    ScreensCall call = {
        .workspace = workspace,
        .state_dir = cli->flags[FLAG_STATE_DIR],
        .program = own_path(cli->arena),
        .clinic = clinic,
        .screen = screen,
        .theme = cli->flags[FLAG_THEME],
        .color = cli->out.color,
        .ascii = cli_has(cli, FLAG_ASCII),
        .read_only = cli_has(cli, FLAG_READ_ONLY),
    };
    if (call.read_only)
        control_only_look();
    return cli->screens->show(&call, err);
}
