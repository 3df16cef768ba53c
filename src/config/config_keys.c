// Every key of config.yaml and commands.yaml. The validator, `config explain` and the manual read this table.
#include "base/intl.h"
#include "config/clinic.h"

#define SINCE .since = "0.1.0"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

const ConfigKey config_keys[] = {
    {"version", KEY_INT, .fallback = "1", .min = 1, .max = 1, SINCE,
     .about = N_("The version of this file's format.")},
    {"profile", KEY_TEXT, .required = true, SINCE,
     .about = N_("The target profile: the mapping files of the system that receives the data.")},

    {"source", KEY_MAP, SINCE, .about = N_("Where the clinic's data comes from.")},
    {"source.path", KEY_PATH, SINCE,
     .about = N_(
         "The file or folder with the data; any place you can read. A relative path starts at the clinic's "
         "folder. Nothing there is changed or copied.")},
    {"source.system", KEY_TEXT, SINCE,
     .about =
         N_("The name of the system the data was exported from; needed only when the file does not say.")},
    {"source.passphrase", KEY_SECRET, SINCE,
     .about =
         N_("Where the passphrase of an encrypted source is, never the passphrase itself: ${env:NAME} is an "
            "environment variable, ${file:PATH} a file, ${cred:NAME} a credential of systemd.")},

    {"target", KEY_MAP, SINCE, .about = N_("The database that receives the data.")},
    {"target.type", KEY_WORD, .words = "sqlite|postgres", .fallback = "sqlite", SINCE,
     .about = N_("sqlite is a database file of its own, for a rehearsal; postgres is a server.")},
    {"target.env", KEY_WORD, .words = "DEV|STAG|PROD", .fallback = "DEV", SINCE,
     .about = N_("What the database is for; shown on every screen, and PROD asks before it is written to.")},
    {"target.path", KEY_PATH, .fallback = "state/target.db", SINCE,
     .about = N_("The database file, with type sqlite. A relative path starts at the clinic's folder.")},
    {"target.service", KEY_TEXT, SINCE,
     .about = N_("An entry of pg_service.conf, with type postgres: the recommended way to name a server.")},
    {"target.host", KEY_TEXT, SINCE,
     .about = N_("The server's name, or the folder of its socket, with type postgres.")},
    {"target.port", KEY_INT, .min = 1, .max = 65535, SINCE,
     .about = N_("The server's port, with type postgres.")},
    {"target.dbname", KEY_TEXT, SINCE, .about = N_("The database's name, with type postgres.")},
    {"target.user", KEY_TEXT, SINCE,
     .about = N_(
         "The user to connect as, with type postgres. The password is found in ~/.pgpass or the service.")},
    {"target.password", KEY_SECRET, SINCE,
     .about = N_("Where the password is, never the password itself, with type postgres: ${file:PATH} a file, "
                 "${cred:NAME} a credential of systemd. Without it libpq looks in its own places.")},
    {"target.bulk", KEY_WORD, .words = "auto|never|always", .fallback = "auto", SINCE,
     .about = N_("Whether foreign keys and indexes of empty tables are taken off for the load and made anew after it, "
                 "with type postgres: auto where many rows come and nobody else is connected, always also otherwise, "
                 "never. Never on tables with rows of others.")},

    {"storage", KEY_MAP, SINCE, .about = N_("Where the bytes of patients' documents and pictures are kept.")},
    {"storage.path", KEY_PATH, .fallback = "state/files", SINCE,
     .about = N_("The folder that the target system reads documents from. A relative path starts at the clinic's folder. "
                 "Everything is written below it, never outside.")},
    {"storage.token", KEY_SECRET, SINCE,
     .about = N_("Where the token is that `mudanza files receive` asks every sender for, never the token itself: "
                 "${env:NAME}, ${file:PATH} or ${cred:NAME}.")},

    {"settings", KEY_MAP, SINCE, .about = N_("Texts that mapping files read with setting('name').")},
    {"settings.clinic_id", KEY_TEXT, SINCE,
     .about = N_("Which clinic of the target database; needed only when the database holds several.")},
    {"settings.secret", KEY_TEXT, SINCE,
     .about = N_(
         "The key that makes tokens and disabled passwords unguessable; written by init, shown only as set. "
         "With another key a second run would change those values.")},
    {"settings.as_of", KEY_INSTANT, SINCE,
     .about = N_("The moment mapping files take for now; without it the start of the run.")},
    {"settings.*", KEY_TEXT, SINCE, .about = N_("Any other name a mapping file or a script asks for.")},

    {"limits", KEY_MAP, SINCE, .about = N_("When a step gives up.")},
    {"limits.max_rejects", KEY_INT, .unit = N_("rows"), .fallback = "100", SINCE,
     .about =
         N_("A step fails when it rejects more rows than this and a larger share than max_reject_ratio.")},
    {"limits.max_reject_ratio", KEY_PERCENT, .fallback = "1%", SINCE,
     .about = N_("The share of a step's rows that may be rejected; see max_rejects.")},
    {"limits.max_duration", KEY_DURATION, .min = MINUTE, SINCE,
     .about = N_("A run that lasts longer finishes its batch and stops; it can be resumed.")},
    {"limits.stall_after", KEY_DURATION, .fallback = "5m", .min = 1, .max = DAY, SINCE,
     .about = N_("A run that does not move for this long is shown as stalled.")},
    {"limits.stall_kill", KEY_DURATION, .min = 1, .max = DAY, SINCE,
     .about = N_("A run that does not move for this long is ended with exit code 13; without it, never.")},
    {"limits.jobs", KEY_INT, .unit = N_("entities"), .fallback = "1", .min = 1, .max = 8, SINCE,
     .about = N_("So many entities that do not depend on each other are written at a time, each on a connection of its "
                 "own; an embedded target always takes one.")},
    {"limits.disk_reserve", KEY_INT, .unit = N_("megabytes"), .fallback = "100", SINCE,
     .about = N_("With less free space for the state folder or the embedded target nothing is written: an "
                 "autopilot waits for room, any other run stops.")},

    {"policy", KEY_MAP, SINCE, .about = N_("What happens when something goes wrong.")},
    {"policy.on_reject", KEY_WORD, .words = "isolate|stop", .fallback = "isolate", SINCE,
     .about = N_("isolate keeps the good rows and goes on; stop ends the step at the first rejected row.")},
    {"policy.on_fail", KEY_WORD, .words = "skip-dependents|stop|continue", .fallback = "skip-dependents",
     SINCE,
     .about = N_("After a failed step: skip what depends on it, stop the run, or continue with everything.")},
    {"policy.on_conflict", KEY_WORD, .words = "ask|source-wins|target-wins", .fallback = "ask", SINCE,
     .about = N_("A row that was changed in the source and, since it was written, in the target: ask keeps it as it "
                 "is until a person decides, source-wins writes it over, target-wins leaves it for good.")},
    {"policy.unreviewed", KEY_WORD, .words = "block|exact|proposed|SCORE", .fallback = "block", SINCE,
     .about = N_(
         "Links nobody has reviewed: block their step, accept exact matches, accept all that is proposed, or "
         "accept those with at least this score (0 to 1).")},
    {"policy.rehearse_in_prod", KEY_BOOL, .fallback = "false", SINCE,
     .about = N_("Whether `mudanza rehearse` may write to a target in production; it holds locks there until it rolls "
                 "everything back.")},
    {"policy.blocking", KEY_LIST, SINCE,
     .about = N_("Codes of issues, maybe with * and ?, that keep an entity from being written while one of its "
                 "issues is open: somebody resolves or ignores them first.")},

    {"hooks", KEY_LIST, SINCE, .about = N_("Programs of yours that are told what happens to a run.")},
    {"hooks.on", KEY_LIST, .required = true, SINCE,
     .about = N_("When to call it: run.start, run.end, step.failed, gate (a person has to decide), stall, paused, "
                 "heartbeat; one word or a list.")},
    {"hooks.exec", KEY_LIST, .required = true, SINCE,
     .about = N_("The program and its arguments, without a shell: an absolute path, or one inside the clinic's "
                 "folder. It gets the event as JSON on its standard input, and MUDANZA_CLINIC, MUDANZA_ENV, "
                 "MUDANZA_RUN, MUDANZA_EVENT, MUDANZA_STEP and MUDANZA_STATUS. The file must be yours or root's, "
                 "and nobody else may be able to write to it.")},
    {"hooks.timeout", KEY_DURATION, .fallback = "10s", .min = 1, .max = 10 * MINUTE, SINCE,
     .about = N_("How long it may take before it is ended. What becomes of it never stops a run.")},
    {"hooks.every", KEY_DURATION, .fallback = "15m", .min = 1, .max = DAY, SINCE,
     .about = N_("How often heartbeat is told while the run works; a run that hangs is silent.")},

    {"retention", KEY_MAP, SINCE, .about = N_("How long files with patient data are kept.")},
    {"retention.cache", KEY_DURATION, .fallback = "30d", .min = HOUR, SINCE,
     .about = N_("How long what was read (the cache and rejects.ndjson) stays after it last made something for the target; "
                 "then the end of a run removes it. Never while a step is to be done, a row is kept out that nobody "
                 "decided to leave out, or the source is not there to be read again.")},
    {"retention.runs", KEY_INT, .unit = N_("runs"), .fallback = "20", .min = 1, .max = 100000, SINCE,
     .about = N_("How many of the newest runs keep their folders, with logs and reports. An older one stays as long as it "
                 "can be rolled back, an open issue names it, or a step was last done in it.")},
    {0},
};

const ConfigKey command_keys[] = {
    {"pipeline", KEY_WORD, .words = "auto", SINCE,
     .about =
         N_("auto derives the steps from the source and the profile; then there is no list of commands.")},
    {"commands", KEY_LIST, SINCE, .about = N_("The steps, when pipeline is not auto.")},
    {"commands.name", KEY_TEXT, .required = true, SINCE,
     .about = N_("The step's name on the board; unique.")},
    {"commands.category", KEY_TEXT, .fallback = "General", SINCE,
     .about = N_("The heading the step stands under.")},
    {"commands.type", KEY_WORD,
     .words = "extract|normalise|validate|insert|verify|files|sql|script|report|global", .fallback = "script",
     SINCE,
     .about = N_(
         "What the step does. extract to insert are the stages of an entity; sql runs a file of statements; "
         "script runs a program of the clinic's folder, global one of the product's global commands.")},
    {"commands.entity", KEY_TEXT, SINCE,
     .about = N_("The canonical entity; required for extract, normalise, validate and insert.")},
    {"commands.source", KEY_TEXT, SINCE, .about = N_("The source to read, for extract and files.")},
    {"commands.after", KEY_LIST, SINCE, .about = N_("Steps that must be done before: one name or a list.")},
    {"commands.params", KEY_MAP, SINCE, .about = N_("Texts for the step.")},
    {"commands.params.*", KEY_TEXT, SINCE, .about = N_("One text for the step, under any name.")},
    {"commands.script", KEY_PATH, SINCE,
     .about =
         N_("The file to run, inside the clinic's folder; with type global inside the global commands.")},
    {"commands.function", KEY_TEXT, SINCE, .about = N_("The function of the script to call.")},
    {"commands.description", KEY_TEXT, SINCE, .about = N_("A sentence for the people who run it.")},
    {"commands.skip_autopilot", KEY_BOOL, .fallback = "false", SINCE,
     .about = N_("The autopilot leaves the step out.")},
    {"commands.skip_status", KEY_BOOL, .fallback = "false", SINCE,
     .about = N_("plan and status show a dash for the step and do not count it; it runs like any other.")},
    {0},
};
