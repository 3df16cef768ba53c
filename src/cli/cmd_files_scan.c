// mudanza files scan CLINIC DIR: finds the files of the list in a folder and takes them in.
#include <unistd.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/progress_line.h"
#include "cli/run_call.h"
#include "files/scan.h"

enum { FEWEST_THREADS = 2, MOST_THREADS = 16 };

typedef struct {
    ProgressLine line;
    DpmfWatch watch;
} Shown;

static void show(void *arg, const ScanResult *so_far)
{
    Shown *s = arg;
    if (s->watch.progress)
        s->watch.progress(s->watch.arg, N_("hash"), so_far->hashed_bytes, so_far->bytes);
}

static void write_document(Cli *cli, const Clinic *clinic, const char *folder, const ScanResult *r)
{
    if (!cli->out.json)
        return;
    JsonOut *j = out_document(&cli->out, "files.scan");
    json_text(j, "clinic", clinic->name);
    json_text(j, "folder", folder);
    json_text(j, "storage", clinic->storage_path);
    json_open(j, "folder_files");
    json_int(j, "files", r->files);
    json_int(j, "bytes", r->bytes);
    json_int(j, "links", r->links);
    json_int(j, "others", r->others);
    json_int(j, "unreadable", r->unreadable);
    json_int(j, "unknown", r->unknown);
    json_int(j, "differ", r->differs);
    json_int(j, "changed", r->changed);
    json_int(j, "too_large", r->too_large);
    json_close(j);
    json_open(j, "listed_files");
    json_int(j, "files", r->listed);
    json_int(j, "received_before", r->before);
    json_int(j, "received", r->received);
    json_int(j, "by_path", r->by_path);
    json_int(j, "from_storage", r->stored);
    json_int(j, "waiting", r->waiting);
    json_int(j, "refused", r->refused);
    json_int(j, "missing", r->missing);
    json_close(j);
    json_text(j, "refusal", r->refusal);
    json_num(j, "took_s", r->took_s, 1);
    out_document_end(&cli->out);
}

static void print(Cli *cli, const Clinic *clinic, const ScanResult *r)
{
    const struct {
        const char *what;
        int64_t n;
        bool always;
    } lines[] = {
        {_("files in the folder"), r->files, true},
        {_("files the list does not know"), r->unknown, false},
        {_("of these, with the path of one on the list and other bytes"), r->differs, false},
        {_("symbolic links, not followed"), r->links, false},
        {_("devices, pipes and loops, not opened"), r->others, false},
        {_("files and folders that cannot be read"), r->unreadable, false},
        {_("files that changed while they were read"), r->changed, false},
        {_("files too large for the target (2 GiB)"), r->too_large, false},
        {_("files on the list"), r->listed, true},
        {_("received before"), r->before, true},
        {_("received now"), r->received, true},
        {_("of these, known by path and size alone"), r->by_path, false},
        {_("waiting for the row they belong to"), r->waiting, false},
        {_("refused by the target"), r->refused, false},
        {_("missing"), r->missing, true},
    };
    const GridColumn columns[] = {{_("What"), false, 0}, {_("Number"), true, 0}};
    Grid *grid = grid_new(cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (!lines[i].always && !lines[i].n)
            continue;
        grid_text(grid, lines[i].what);
        grid_int(grid, lines[i].n);
    }
    grid_print(grid, &cli->out);
    if (r->refusal)
        out_line(&cli->out, _("The first was refused because of: %s"), r->refusal);
    out_line(&cli->out, _("%.1f MB in %.1f s, into %s"), (double)r->hashed_bytes / 1e6, r->took_s, clinic->storage_path);
}

static size_t threads(const Cli *cli)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t wanted = cli_number(cli, FLAG_THREADS, MAX(cores, (long)FEWEST_THREADS));
    return (size_t)MAX(MIN(wanted, (int64_t)MOST_THREADS), (int64_t)1);
}

int cmd_files_scan(Cli *cli, Err *err)
{
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    Problems *problems = problems_new(cli->arena);
    ScanResult result = {0};
    Shown shown;
    if (!clinic || !run_call_may_write(cli, err))
        return (int)err->kind;
    Desk *desk = desk_open(cli->arena, clinic, true, "_files/scan", problems, err);
    FileStore *store = desk ? store_open(clinic->storage_path, err) : NULL;
    progress_line_start(&shown.line, cli, &shown.watch);
    ScanWatch watch = {show, &shown, threads(cli)};
    bool ok = store && scan_folder(cli->arena, desk, store, cli->args[1], &watch, &result, err);
    progress_line_end(&shown.line);
    store_close(store);
    desk_close(desk);
    out_problems(&cli->out, problems);
    if (!ok)
        return (int)err->kind;
    write_document(cli, clinic, cli->args[1], &result);
    if (!cli->out.json)
        print(cli, clinic, &result);
    return result.refused || result.changed || result.too_large ? 3 : EXIT_OK;
}
