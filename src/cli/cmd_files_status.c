// mudanza files status CLINIC: how much of the list of files has come.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "files/desk.h"

typedef struct {
    const char *parent;
    int64_t files, with_sha, received, by_path, missing, unmapped;
} Group;

typedef struct {
    Cli *cli;
    const Clinic *clinic;
    ListedFile *files;
    bool *mapped;
    size_t n;
    Group all, *groups;
    size_t n_groups;
} Status;

static Group *group_of(Status *s, const char *parent)
{
    for (size_t i = 0; i < s->n_groups; i++)
        if (strcmp(s->groups[i].parent, parent) == 0)
            return &s->groups[i];
    s->groups[s->n_groups] = (Group){.parent = parent};
    return &s->groups[s->n_groups++];
}

static void add(Group *g, const ListedFile *f, bool mapped)
{
    g->files++;
    g->with_sha += f->sha256 != NULL;
    g->received += f->document_id != NULL;
    g->by_path += f->document_id && f->by_path;
    g->missing += !f->document_id;
    g->unmapped += !f->document_id && !mapped;
}

static void write_group(JsonOut *j, const Group *g)
{
    json_int(j, "files", g->files);
    json_int(j, "with_sha256", g->with_sha);
    json_int(j, "without_sha256", g->files - g->with_sha);
    json_int(j, "received", g->received);
    json_int(j, "by_path", g->by_path);
    json_int(j, "missing", g->missing);
    json_int(j, "unmapped", g->unmapped);
}

static const char *why_missing(const ListedFile *f, bool mapped)
{
    return !mapped ? "unmapped" : f->sha256 ? "pending" : "no_sha256";
}

static void write_document(Status *s, int64_t rows)
{
    if (!s->cli->out.json)
        return;
    JsonOut *j = out_document(&s->cli->out, "files.status");
    json_text(j, "clinic", s->clinic->name);
    json_text(j, "storage", s->clinic->storage_path);
    write_group(j, &s->all);
    json_open_list(j, "parents");
    for (size_t i = 0; i < s->n_groups; i++) {
        json_open(j, NULL);
        json_text(j, "parent", s->groups[i].parent);
        write_group(j, &s->groups[i]);
        json_close(j);
    }
    json_close_list(j);
    json_open_list(j, "not_received");
    for (size_t i = 0; i < s->n && rows > 0; i++) {
        const ListedFile *f = &s->files[i];
        if (f->document_id)
            continue;
        rows--;
        json_open(j, NULL);
        json_text(j, "id", f->canonical_uuid);
        json_text(j, "path", f->path);
        if (f->size < 0)
            json_null(j, "bytes");
        else
            json_int(j, "bytes", f->size);
        json_text(j, "why", why_missing(f, s->mapped[i]));
        json_close(j);
    }
    json_close_list(j);
    out_document_end(&s->cli->out);
}

static void print(Status *s, int64_t rows)
{
    const GridColumn columns[] = {{_("Belongs to"), false, 0}, {_("Files"), true, 0},    {_("With SHA-256"), true, 0},
                                  {_("Received"), true, 0},    {_("By path"), true, 0}, {_("Missing"), true, 0},
                                  {_("Owner missing"), true, 0}};
    Grid *grid = grid_new(s->cli->arena, columns, ARRAY_LEN(columns));
    for (size_t i = 0; i <= s->n_groups; i++) {
        const Group *g = i < s->n_groups ? &s->groups[i] : &s->all;
        grid_text(grid, i < s->n_groups ? g->parent : _("total"));
        const int64_t cells[] = {g->files, g->with_sha, g->received, g->by_path, g->missing, g->unmapped};
        for (size_t k = 0; k < ARRAY_LEN(cells); k++)
            grid_int(grid, cells[k]);
    }
    grid_print(grid, &s->cli->out);
    for (size_t i = 0; i < s->n && rows > 0; i++)
        if (!s->files[i].document_id) {
            rows--;
            out_line(&s->cli->out, "%s  %s", why_missing(&s->files[i], s->mapped[i]), s->files[i].path);
        }
    if (s->all.missing)
        out_next(&s->cli->out, arena_text(s->cli->arena, "mudanza files scan %s DIR", s->clinic->typed),
                 _("look for them in a folder"));
}

int cmd_files_status(Cli *cli, Err *err)
{
    Status s = {.cli = cli, .clinic = cli_clinic(cli, cli->args[0], err)};
    Problems *problems = problems_new(cli->arena);
    if (!s.clinic)
        return (int)err->kind;
    Desk *desk = desk_open(cli->arena, s.clinic, false, "", problems, err);
    bool ok = desk && desk_list(desk, cli->arena, &s.files, &s.n, err);
    s.mapped = arena_many(cli->arena, bool, s.n + 1);
    ok = ok && desk_parents(desk, cli->arena, s.files, s.n, s.mapped, err);
    desk_close(desk);
    out_problems(&cli->out, problems);
    if (!ok)
        return (int)err->kind;
    s.groups = arena_many(cli->arena, Group, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        add(&s.all, &s.files[i], s.mapped[i]);
        add(group_of(&s, s.files[i].parent_type), &s.files[i], s.mapped[i]);
    }
    int64_t rows = cli_number(cli, FLAG_ROWS, 0);
    write_document(&s, rows);
    if (!cli->out.json)
        print(&s, rows);
    return EXIT_OK;
}
