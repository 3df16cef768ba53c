#include "config/init_text.h"

#include <stdlib.h>
#include <string.h>

#include "config/yaml.h"

// The comments are part of a file that travels between people and machines: English, like its keys.

static void add_value(Buf *out, const char *key, const char *value)
{
    if (!value)
        return;
    buf_addf(out, "  %s: ", key);
    yaml_quote(str_of(value), out);
    buf_add_char(out, '\n');
}

static void add_source(const InitText *t, Buf *out)
{
    buf_add_text(out, "\n# The data to move. It is only read: nothing there is changed, nothing is copied.\n"
                      "# A relative path starts at this folder.\nsource:\n");
    if (t->source)
        add_value(out, "path", t->source);
    else
        buf_add_text(out, "  # path: sources/export.dpm\n");
    buf_add_text(
        out, "  # An encrypted source needs its passphrase. It never stands here; this says where it is:\n"
             "  # ${file:PATH}, ${env:NAME}, or ${cred:NAME} for a credential of systemd.\n");
    if (t->passphrase_file) {
        AUTO(buf_free) Buf reference = {0};
        buf_addf(&reference, "${file:%s}", t->passphrase_file);
        add_value(out, "passphrase", buf_text(&reference));
    } else {
        buf_add_text(out, "  # passphrase: \"${file:passphrase}\"\n");
    }
}

static void add_target(const InitText *t, Buf *out)
{
    buf_add_text(
        out, "\n# The database that receives the data. env is shown on every screen; with PROD mudanza asks\n"
             "# before it writes.\ntarget:\n  env: DEV # DEV, STAG or PROD\n");
    if (t->server) {
        buf_add_text(
            out,
            "  type: postgres\n  # The password is not here: it is found in ~/.pgpass or in the service.\n");
        add_value(out, "service", t->target.service);
        add_value(out, "host", t->target.host);
        if (t->target.port)
            buf_addf(out, "  port: %ld\n", strtol(t->target.port, NULL, 10));
        add_value(out, "dbname", t->target.dbname);
        add_value(out, "user", t->target.user);
        return;
    }
    buf_add_text(out, "  type: sqlite # a database file of its own, for a rehearsal\n");
    if (t->target_path)
        add_value(out, "path", t->target_path);
    else
        buf_add_text(out, "  # path: state/target.db\n");
    buf_add_text(out,
                 "  # A server instead, with its password in ~/.pgpass and the rest in pg_service.conf:\n"
                 "  # type: postgres\n  # service: my_clinic\n");
}

static void add_settings(const InitText *t, Buf *out)
{
    bool has_clinic_id = false;
    buf_add_text(out, "\n# Texts the mapping files read with setting('name').\nsettings:\n");
    for (size_t i = 0; i < t->n_settings; i++) {
        add_value(out, t->settings[i].name, t->settings[i].value);
        if (strcmp(t->settings[i].name, "clinic_id") == 0)
            has_clinic_id = true;
    }
    if (!has_clinic_id)
        buf_add_text(out, "  # Which clinic of the target; needed only when the target holds several.\n"
                          "  # clinic_id: \"...\"\n");
    buf_add_text(
        out,
        "  # Tokens and disabled passwords are made from this key. Keep it: with another one a second run\n"
        "  # would change them. It belongs to this clinic alone and is shown nowhere.\n");
    add_value(out, "secret", t->secret);
}

void init_config_text(const InitText *t, Buf *out)
{
    buf_addf(out,
             "# The clinic %s.\n"
             "# mudanza config validate %s   checks this file and commands.yaml\n"
             "# mudanza config explain KEY   explains a key; man mudanza-config has them all\n"
             "version: 1\n\n"
             "# The system that receives the data: its mapping files say how each row is made.\n"
             "profile: ",
             t->name, t->name);
    yaml_quote(str_of(t->profile), out);
    buf_add_char(out, '\n');
    add_source(t, out);
    add_target(t, out);
    add_settings(t, out);
    buf_add_text(out,
                 "\n# A step fails when it rejects more rows than max_rejects and a larger share than\n"
                 "# max_reject_ratio. max_duration ends a run that can be resumed later.\n"
                 "limits:\n  max_rejects: 100\n  max_reject_ratio: 1%\n  stall_after: 5m\n"
                 "  # max_duration: 6h\n"
                 "\n# isolate keeps the good rows of a batch, stop ends the step at the first rejected one.\n"
                 "policy:\n  on_reject: isolate          # isolate or stop\n"
                 "  on_fail: skip-dependents    # skip-dependents, stop or continue\n"
                 "  on_conflict: ask            # ask, source-wins or target-wins\n"
                 "  unreviewed: block           # block, exact, proposed or a score such as 0.85\n"
                 "\n# state/ holds patient data: how long it is kept.\n"
                 "retention:\n  cache: 30d\n  runs: 20\n");
}

void init_commands_text(const InitText *t, Buf *out)
{
    buf_addf(out,
             "# The steps of the clinic %s. auto derives them from the source and the profile, in the order "
             "their\n"
             "# references ask for; mudanza plan %s shows them.\n"
             "pipeline: auto\n\n"
             "# Steps of your own instead, in any order (man mudanza-commands):\n"
             "#\n"
             "# commands:\n"
             "#   - name: prepare the files\n"
             "#     category: Preparation\n"
             "#     script: scripts/prepare.py\n"
             "#   - name: patients\n"
             "#     type: insert\n"
             "#     entity: patient\n"
             "#     after: prepare the files\n",
             t->name, t->name);
}
