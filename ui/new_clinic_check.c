#include <string.h>

#include "base/intl.h"
#include "ui/new_clinic.h"
#include "ui/when.h"

bool new_clinic_shows(const NewClinic *f, FormRow row)
{
    switch (row) {
    case FORM_PASSPHRASE:
        return f->look && f->look->encrypted && !f->look->opened && strcmp(f->look->path, f->source.text) == 0;
    case FORM_CONNECTION: return f->elsewhere;
    case FORM_CLINIC: return f->elsewhere && f->clinics && f->clinics->n > 0;
    default: return true;
    }
}

Field *new_clinic_field(NewClinic *f, FormRow row)
{
    switch (row) {
    case FORM_NAME: return &f->name;
    case FORM_SOURCE: return &f->source;
    case FORM_CONNECTION: return &f->connection;
    default: return NULL;
    }
}

InitOptions new_clinic_options(Arena *a, const NewClinic *f)
{
    InitOptions o = {
        .workspace = f->workspace,
        .name = f->name.text,
        .source = *f->source.text ? f->source.text : NULL,
        .profile = f->profile < f->n_profiles ? f->profiles[f->profile] : NULL,
        .target = f->elsewhere && *f->connection.text ? f->connection.text : NULL,
    };
    // With one there is nothing to choose.
    if (f->elsewhere && f->clinics && f->clinics->n > 1 && f->clinic < f->clinics->n) {
        Setting *chosen = arena_one(a, Setting);
        *chosen = (Setting){.name = "clinic_id", .value = f->clinics->items[f->clinic].id};
        o.settings = chosen;
        o.n_settings = 1;
    }
    return o;
}

static Verdict bad(Arena *a, const Err *err)
{
    return (Verdict){VERDICT_BAD, *err->hint ? arena_text(a, "%s: %s", err->text, err->hint)
                                             : arena_text(a, "%s", err->text)};
}

static Verdict good(const char *text)
{
    return (Verdict){VERDICT_GOOD, text};
}

static Verdict judge_name(Arena *a, const NewClinic *f, const InitOptions *o)
{
    Err err = {0};
    if (!*f->name.text)
        return (Verdict){VERDICT_NONE, _("lower-case letters, digits and -")};
    if (!clinic_init_check(a, o, INIT_NAME, &err))
        return bad(a, &err);
    const char *slash = strrchr(f->workspace, '/'); // its last part says enough, and fits
    return good(arena_text(a, _("%s/%s will be made"), slash ? slash + 1 : f->workspace, f->name.text));
}

static const char *opened_words(Arena *a, const SourceLook *l)
{
    AUTO(buf_free) Buf text = {0};
    buf_addf(&text, "DPMF %s, %s, %s", l->version ? l->version : "?", l->layering, l->system ? l->system : "?");
    buf_addf(&text, ngettext(", %zu entity", ", %zu entities", l->entities), l->entities);
    buf_add_text(&text, ", ");
    number_shown(l->rows, &text);
    buf_addf(&text, _(" rows, %s"), bytes_short(a, l->bytes));
    return str_keep(a, buf_str(&text));
}

static Verdict judge_source(Arena *a, const NewClinic *f)
{
    const SourceLook *l = f->look;
    if (!*f->source.text)
        return (Verdict){VERDICT_NONE, _("may be given later; Enter looks for a file")};
    if (f->looking || !l || strcmp(l->path, f->source.text) != 0)
        return (Verdict){VERDICT_BUSY, _("looking ...")};
    if (!l->there)
        return (Verdict){VERDICT_BAD, _("there is no such file")};
    if (l->folder)
        return (Verdict){VERDICT_BAD, _("a folder; Enter looks for a file in it")};
    if (!l->recognised)
        return (Verdict){VERDICT_DOUBT, arena_text(a, _("no DPMF file, %s: a run would refuse it"),
                                                   bytes_short(a, l->bytes))};
    if (l->trouble)
        return (Verdict){VERDICT_DOUBT, l->trouble};
    if (l->opened)
        return good(opened_words(a, l));
    return good(arena_text(a, l->encrypted ? _("DPMF, encrypted, %s") : _("DPMF, %s, too large to look into now"),
                           bytes_short(a, l->bytes)));
}

static Verdict judge_connection(Arena *a, const NewClinic *f, const InitOptions *o)
{
    Err err = {0};
    if (!*f->connection.text)
        return (Verdict){VERDICT_NONE, _("service=NAME, or host=... dbname=... user=...; sqlite:FILE; no password")};
    if (!clinic_init_check(a, o, INIT_TARGET, &err))
        return bad(a, &err);
    if (f->asking)
        return (Verdict){VERDICT_BUSY, _("asking it for its clinics ...")};
    if (f->target_trouble)
        return (Verdict){VERDICT_DOUBT, f->target_trouble};
    if (!f->clinics)
        return (Verdict){VERDICT_NONE, _("Enter asks it for its clinics")};
    if (!f->clinics->n)
        return (Verdict){VERDICT_DOUBT, _("it holds no clinic yet")};
    return good(arena_text(a, ngettext("it holds %zu clinic", "it holds %zu clinics", f->clinics->n), f->clinics->n));
}

static Verdict judge_profile(Arena *a, const NewClinic *f, const InitOptions *o)
{
    Err err = {0};
    if (!f->profiles)
        return (Verdict){VERDICT_BUSY, _("looking ...")};
    return clinic_init_check(a, o, INIT_PROFILE, &err)
               ? good(_("the system that receives the data; its mapping files say how"))
               : bad(a, &err);
}

void new_clinic_judge(Arena *a, NewClinic *f)
{
    InitOptions o = new_clinic_options(a, f);
    Verdict *v = f->verdicts;
    memset(v, 0, sizeof f->verdicts);
    v[FORM_NAME] = judge_name(a, f, &o);
    v[FORM_SOURCE] = judge_source(a, f);
    v[FORM_PASSPHRASE] = (Verdict){VERDICT_NONE, _("only to look inside now; it is not kept, and each run asks for it")};
    v[FORM_PROFILE] = judge_profile(a, f, &o);
    v[FORM_TARGET] = f->elsewhere ? (Verdict){VERDICT_NONE, _("its password is found in ~/.pgpass or in the service")}
                                  : good(_("a database file of its own, made by the first run: for a rehearsal"));
    v[FORM_CONNECTION] = judge_connection(a, f, &o);
    bool chosen = !new_clinic_shows(f, FORM_CLINIC) || f->clinic < f->clinics->n;
    v[FORM_CLINIC] = chosen ? good(_("the one whose rows are written"))
                            : (Verdict){VERDICT_DOUBT, _("there are several: choose the one whose rows are written")};
    f->command = clinic_init_command(a, &o);
    f->complete = v[FORM_NAME].state == VERDICT_GOOD && v[FORM_PROFILE].state == VERDICT_GOOD &&
                  v[FORM_SOURCE].state != VERDICT_BAD &&
                  (!f->elsewhere || (o.target && v[FORM_CONNECTION].state != VERDICT_BAD && !f->asking && chosen));
    v[FORM_MAKE].text = f->complete ? "" : _("what is missing stands above");
}
