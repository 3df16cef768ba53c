#include "engine/issue_meaning.h"

#include <stdio.h>
#include <string.h>

#include "base/intl.h"
#include "base/text.h"
#include "config/yaml.h"
#include "map/profile.h"

// Codes that are not of a profile; the first that fits.
static const struct {
    const char *code, *about;
} codes[] = {
    {"date.invalid", N_("a date cannot be read; the field is left empty")},
    {"time.invalid", N_("a time cannot be read; the field is left empty")},
    {"time.dst", N_("a clock time that did not exist or existed twice when the clocks were changed")},
    {"decimal.invalid", N_("an amount cannot be read; the field is left empty")},
    {"integer.invalid", N_("a whole number cannot be read; the field is left empty")},
    {"email.invalid", N_("this is no e-mail address; the field is left empty")},
    {"text.not_text", N_("the source has something else where a text is wanted")},
    {"payload.no_key", N_("the row has no identifier: nothing can refer to it")},
    {"payload.duplicate_key", N_("another row of the source has the same identifier; the first one counts")},
    {"payload.decode_error", N_("the content of the row cannot be read")},
    {"payload.not_an_object", N_("the content of the row is not a record with fields")},
    {"payload.characters_replaced", N_("characters that no text may hold were replaced")},
    {"file.sha256_missing", N_("the list of files gives no SHA-256: the file can only be known by its path and size")},
    {"file.sha256_invalid", N_("what the list of files gives is no SHA-256: the file can only be known by its path and size")},
    {"source.vanished",
     N_("the source does not have this row any more; what an earlier run wrote for it stays in the target")},
    {"source.part_vanished",
     N_("a row that was made beside this one in another table is not made any more; it stays in the target")},
    {"source.left_out",
     N_("an earlier run wrote this row and it is left out now; what was written stays in the target")},
    {"target.unique", N_("the target has another row with the same values where they must be unique")},
    {"target.foreign_key", N_("the target has no row this one refers to")},
    {"target.not_null", N_("the target wants a value where the row has none")},
    {"target.conflict", N_("the row was changed in the source and, since it was written, in the target: a person decides")},
    {"target.kept", N_("the row was changed in the source and in the target, and stays as the target has it")},
    {"target.check", N_("the target refuses a value by a rule of its own")},
    {"target.refused", N_("the target refuses the row: a trigger, a policy or the type of a column")},
    {"value.missing", N_("the target wants a value where the row has none")},
    {"value.range", N_("a number is larger than the column of the target can hold")},
    {"value.too_long", N_("a text is longer than the column of the target")},
    {"value.truncated", N_("a text was cut to the length of the column of the target")},
    {"value.type", N_("a value is of another kind than the column of the target")},
    {"value.word", N_("a word is none of those the column of the target knows")},
    {"dpmf.*",
     N_("the program that wrote the source file says so itself, or the file is not quite as it should be")},
    {"*.unmapped*", N_("it refers to a row that was not imported")},
    {"*.none", N_("it refers to nothing where it has to")},
    {"*.too_long", N_("a text is longer than the column of the target")},
    {"*.truncated", N_("a text was cut to the length of the column of the target")},
};

struct IssueWords {
    const Profile *profile; // NULL: there is none that can be read
    const YamlNode *own;    // what a file beside the profile says in the language of messages; NULL: there is none
};

IssueWords *issue_words(Arena *a, const Clinic *clinic)
{
    Err ignored = {0};
    IssueWords *words = arena_one(a, IssueWords);
    Problems *problems = problems_new(a);
    const char *data = data_folder(a, &ignored);
    const Model *model = data ? model_load(a, data, problems) : NULL;
    if (!model || !clinic->profile)
        return words;
    words->profile = profile_load(a, clinic, clinic->profile, model, problems);
    // TRANSLATORS: the name of your language's file of a profile's words
    const char *path = profile_file(a, clinic, clinic->profile, _("words/en.yaml"));
    words->own = path ? yaml_read(a, path, problems_new(a)) : NULL;
    return words;
}

const char *issue_meaning(const IssueWords *words, const char *code)
{
    const Profile *profile = words->profile;
    for (size_t i = 0; profile && i < profile->n_codes; i++)
        if (strcmp(profile->codes[i].code, code) == 0 && profile->codes[i].about) {
            const char *own = yaml_text(yaml_get(words->own, code));
            return own ? own : profile->codes[i].about;
        }
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (text_glob(codes[i].code, code))
            return _(codes[i].about);
    return NULL;
}

// Beside the words for codes: "preview NAME".
const char *figure_about(const IssueWords *words, const char *name)
{
    const Profile *p = words->profile;
    for (size_t i = 0; p && i < p->n_figures; i++)
        if (strcmp(p->figures[i].name, name) == 0) {
            char key[96];
            snprintf(key, sizeof key, "preview %s", name);
            const char *own = yaml_text(yaml_get(words->own, key));
            return own ? own : p->figures[i].about;
        }
    return NULL;
}

const char *figure_setting(const IssueWords *words, const Clinic *clinic, const char *setting)
{
    const char *value = clinic_setting(clinic, setting);
    return value || !words->profile ? value : profile_default(words->profile, setting);
}

const char *issue_remedy(const char *code, const char *severity)
{
    bool rejects = strcmp(severity, "error") == 0 || strcmp(severity, "fatal") == 0;
    if (text_glob("dpmf.*", code))
        return _("ask who exported the file; nothing was left out because of this");
    if (text_glob("source.*", code))
        return _("nothing is deleted by itself: look at the row in the target and decide there");
    if (text_glob("payload.*", code) && rejects)
        return _("ask for a new export: the row cannot be used as it is");
    if (text_glob("target.*", code))
        return _("look at the row in the way in the target, then run the step again");
    if (text_glob("*unmapped*", code))
        return _("mend the row it refers to; this one follows by itself");
    if (rejects)
        return _("correct it in the source or in the mapping and run again; or leave it out by decision");
    return _("the row was written all the same: correct it in the source, or accept it by decision");
}
