// The table of commands. Order and groups are those of `mudanza help`.
#include "cli/commands.h"

#include <string.h>

#include "base/intl.h"
#include "cli/cmd_help.h"

static const char group_clinics[] = N_("Clinics and their configuration");
static const char group_work[] = N_("Working on a clinic");
static const char group_issues[] = N_("Issues and rejected rows");
static const char group_source[] = N_("Source files");
static const char group_files[] = N_("Documents and pictures");
static const char group_mapping[] = N_("Mappings");
static const char group_other[] = N_("Other");

const CliCommand cli_commands[] = {
    {"init", "CLINIC",
     FLAGS(FLAG_SOURCE, FLAG_PROFILE, FLAG_TARGET, FLAG_SET, FLAG_PASSPHRASE_FILE),
     group_clinics, N_("make a clinic: its folder, config.yaml and commands.yaml"), "init", cmd_init},
    {"clinics list", "", NULL, group_clinics, N_("the clinics of the workspace"), "clinics.list", cmd_clinics_list},
    {"config validate", "CLINIC", NULL, group_clinics, N_("check config.yaml and commands.yaml; tell every problem at once"),
     "config.validate", cmd_config_validate},
    {"config fix", "CLINIC", FLAGS(FLAG_PLAN), group_clinics,
     N_("mend what needs no judgement: misspelt keys, missing quotes, tabs"), "config.fix", cmd_config_fix},
    {"config edit", "CLINIC [config|commands]", NULL, group_clinics,
     N_("open your editor at the first problem; check when it is closed"), "config.edit", cmd_config_edit},
    {"config show", "CLINIC", FLAGS(FLAG_ORIGIN), group_clinics, N_("every value in force; secrets only as set"),
     "config.show", cmd_config_show},
    {"config diff", "CLINIC", NULL, group_clinics, N_("the values that are not the defaults"), "config.diff", cmd_config_diff},
    {"config explain", "[KEY]", NULL, group_clinics, N_("what a key means; without KEY all of them"), "config.explain",
     cmd_config_explain},
    {"config schema", "[config|commands]", NULL, group_clinics, N_("the keys as a JSON schema, for editors"), "config.schema",
     cmd_config_schema},
    {"hooks test", "CLINIC [EVENT]", NULL, group_clinics, N_("call the hooks of an event with a sample and tell what they do"),
     "hooks.test", cmd_hooks_test},
    {"doctor", "[CLINIC]", FLAGS(FLAGS_PASSPHRASE), group_clinics, N_("is everything in place: machine, state, disk, source, target, lock"),
     "doctor", cmd_doctor},
    {"plan", "CLINIC [SELECT]...", FLAGS(FLAGS_SELECT, FLAGS_PASSPHRASE, FLAG_AS_OF, FLAG_BULK, FLAG_FAIL_IF_NOOP), group_work,
     N_("what a run would do, and why; nothing is written"), "plan", cmd_plan},
    {"preview", "CLINIC [STEP]", FLAGS(FLAGS_PASSPHRASE, FLAG_AS_OF, FLAG_ROWS), group_work,
     N_("what would become of the rows now; samples are masked"), "preview", cmd_preview},
    {"compare", "CLINIC [SELECT]...", FLAGS(FLAGS_PASSPHRASE, FLAG_AS_OF, FLAG_ON_CONFLICT, FLAG_ROWS), group_work,
     N_("what a run would change in the target, row by row; nothing is written"), "compare", cmd_compare},
    {"rehearse", "CLINIC [SELECT]...", FLAGS(FLAGS_SELECT, FLAGS_WORK, FLAG_LIMIT_ROWS), group_work,
     N_("the real statements in one transaction, then roll it back"), "run.start", cmd_rehearse},
    {"run", "CLINIC [SELECT]...", FLAGS(FLAGS_SELECT, FLAGS_WORK, FLAG_JOBS), group_work,
     N_("do the selected steps and what they need"), "run.start", cmd_run},
    {"autopilot", "[CLINIC]", FLAGS(FLAGS_WORK, FLAG_ALL, FLAG_JOBS), group_work, N_("the whole pipeline, unattended"), "run.start|autopilot.all", cmd_autopilot},
    {"resume", "CLINIC", FLAGS(FLAGS_WORK, FLAG_JOBS), group_work, N_("go on where the last run stopped"), "run.start", cmd_resume},
    {"verify", "CLINIC", FLAGS(FLAGS_PASSPHRASE, FLAG_AS_OF, FLAG_NOTE, FLAG_PROGRESS_INTERVAL), group_work,
     N_("read the target back and verify every row"), "run.start", cmd_verify},
    {"status", "CLINIC", NULL, group_work, N_("who is at work, how the last run ended, what is done"), "status", cmd_status},
    {"ps", "", NULL, group_work, N_("every worker of yours on this machine"), "ps", cmd_ps},
    {"monitor", "CLINIC", FLAGS(FLAG_PROGRESS_INTERVAL), group_work,
     N_("watch a run that works elsewhere; leaving leaves it alone"), "run.start", cmd_monitor},
    {"pause", "CLINIC", NULL, group_work, N_("hold a run after its running batch"), "control", cmd_pause},
    {"continue", "CLINIC", NULL, group_work, N_("let a paused run go on; takes a stop back that is still to come"), "control",
     cmd_continue},
    {"stop", "CLINIC", FLAGS(FLAG_AFTER, FLAG_NOW), group_work, N_("stop a run in good order; resume goes on"),
     "control", cmd_stop},
    {"runs", "CLINIC", FLAGS(FLAG_ROWS), group_work, N_("the runs there have been"), "runs", cmd_runs},
    {"report", "CLINIC [RUN]", FLAGS(FLAG_FORMAT), group_work, N_("what a run did with every row"), "report", cmd_report},
    {"inspect", "CLINIC ENTITY:ID", FLAGS(FLAG_FIELD, FLAG_UNMASK, FLAG_NOTE), group_work,
     N_("one record, from its source to its target; values are masked"), "inspect", cmd_inspect},
    {"rollback", "CLINIC RUN [STEP]",
     FLAGS(FLAG_PLAN, FLAG_CONFIRM, FLAG_ROWS, FLAG_NOTE, FLAG_PROGRESS_INTERVAL),
     group_work, N_("take back what a run wrote; what people changed since stays"), "rollback|run.start", cmd_rollback},
    {"purge", "CLINIC cache|runs|clinic", FLAGS(FLAG_PLAN, FLAG_CONFIRM), group_work,
     N_("throw away the cache, old runs or all that is known of a clinic"), "purge", cmd_purge},
    {"logs", "CLINIC [RUN]", FLAGS(FLAG_FOLLOW, FLAG_LEVEL, FLAG_STEP, FLAG_GREP), group_work,
     N_("what happened in a run, line by line"), "run.start", cmd_logs},
    {"warnings list", "CLINIC", FLAGS(FLAGS_ISSUES, FLAG_BY, FLAG_ROWS), group_issues,
     N_("open issues, counted; with -v or --rows N one by one"), "warnings.list", cmd_warnings_list},
    {"warnings show", "CLINIC ISSUE", NULL, group_issues, N_("one issue: place, meaning, history, what can be done"),
     "warnings.show", cmd_warnings_show},
    {"warnings ignore", "CLINIC [ISSUE]...", FLAGS(FLAGS_ISSUES, FLAG_REASON, FLAG_UNTIL), group_issues,
     N_("issues that do not matter, with the reason"), "warnings.ignore", cmd_warnings_ignore},
    {"warnings resolve", "CLINIC [ISSUE]...", FLAGS(FLAGS_ISSUES, FLAG_REASON), group_issues,
     N_("issues that have been mended; the next run looks"), "warnings.resolve", cmd_warnings_resolve},
    {"warnings ask", "CLINIC [ISSUE]...", FLAGS(FLAGS_ISSUES, FLAG_REASON), group_issues,
     N_("issues the clinic has to be asked about"), "warnings.ask", cmd_warnings_ask},
    {"warnings reopen", "CLINIC [ISSUE]...", FLAGS(FLAGS_ISSUES, FLAG_REASON), group_issues,
     N_("take a decision back"), "warnings.reopen", cmd_warnings_reopen},
    {"warnings note", "CLINIC [ISSUE]...", FLAGS(FLAGS_ISSUES, FLAG_NOTE), group_issues, N_("a remark on issues"),
     "warnings.note", cmd_warnings_note},
    {"warnings assign", "CLINIC [ISSUE]...", FLAGS(FLAGS_ISSUES, FLAG_WHO), group_issues,
     N_("who looks after issues"), "warnings.assign", cmd_warnings_assign},
    {"warnings export", "CLINIC", FLAGS(FLAGS_ISSUES, FLAG_FORMAT), group_issues,
     N_("open issues as csv or json, decisions as yaml"), "warnings.export", cmd_warnings_export},
    {"warnings import", "CLINIC", NULL, group_issues, N_("take in decisions/issues.yaml after people changed it"),
     "warnings.import", cmd_warnings_import},
    {"questions export", "CLINIC", FLAGS(FLAG_CODE, FLAG_ENTITY, FLAG_OWNER, FLAG_FORMAT), group_issues,
     N_("what the clinic has to be asked, as csv or json, to be sent to it"), "questions.export", cmd_questions_export},
    {"questions import", "CLINIC FILE", NULL, group_issues,
     N_("take in what the clinic wrote into the column answer of that csv"), "questions.import", cmd_questions_import},
    {"rejects list", "CLINIC", FLAGS(FLAGS_REJECTS, FLAG_ROWS), group_issues,
     N_("rows kept out, by cause; with -v or --rows N one by one"), "rejects.list", cmd_rejects_list},
    {"rejects export", "CLINIC", FLAGS(FLAGS_REJECTS, FLAG_FORMAT, FLAG_WITH_VALUES), group_issues,
     N_("rows kept out, with their places, as csv or json"), "rejects.export", cmd_rejects_export},
    {"rejects retry", "CLINIC [SELECT]...", FLAGS(FLAGS_SELECT, FLAGS_WORK), group_issues,
     N_("run the steps that left rejects once more"), "run.start", cmd_rejects_retry},
    {"dpmf info", "FILE", FLAGS(FLAGS_PASSPHRASE), group_source, N_("what a DPMF file says of itself"), "dpmf.info", cmd_dpmf_info},
    {"dpmf verify", "FILE", FLAGS(FLAGS_PASSPHRASE), group_source, N_("judge a DPMF file, read to its last row"), "dpmf.verify", cmd_dpmf_verify},
    {"dpmf export", "CLINIC OUT", FLAGS(FLAG_LAYERING, FLAGS_PASSPHRASE), group_source,
     N_("write what was read of a clinic as a new DPMF file"), "dpmf.export", cmd_dpmf_export},
    {"dpmf extract", "FILE ENTITY", FLAGS(FLAGS_PASSPHRASE, FLAG_FORMAT), group_source,
     N_("print the rows of one entity of a DPMF file as JSON or CSV"), "dpmf.extract", cmd_dpmf_extract},
    {"csv sniff", "FILE", FLAGS(FLAGS_CSV), group_source,
     N_("how a delimited file is written: encoding, delimiter, quotes, columns"), "csv.sniff", cmd_csv_sniff},
    {"csv cat", "FILE", FLAGS(FLAGS_CSV), group_source,
     N_("print the records of a delimited file; with --json an array a line"), "csv.record", cmd_csv_cat},
    {"xlsx sheets", "FILE", NULL, group_source, N_("the sheets of an Excel workbook"), "xlsx.sheets", cmd_xlsx_sheets},
    {"xlsx cat", "FILE", FLAGS(FLAG_SHEET), group_source,
     N_("print the rows of a sheet; with --json an array a line"), "csv.record", cmd_xlsx_cat},
    {"files status", "CLINIC", FLAGS(FLAG_ROWS), group_files, N_("how many of the listed files have come, by what they belong to"),
     "files.status", cmd_files_status},
    {"files scan", "CLINIC DIR", FLAGS(FLAG_THREADS), group_files,
     N_("find the listed files in a folder by their content, store them, and write their rows"), "files.scan", cmd_files_scan},
    {"files receive", "CLINIC", FLAGS(FLAG_LISTEN, FLAG_TOKEN_FILE, FLAG_MAX_MB, FLAG_UPLOADS, FLAG_TLS_CERT, FLAG_TLS_KEY),
     group_files, N_("take the listed files over HTTP, until it is stopped"), "files.receive", cmd_files_receive},
    {"mapping check", "PROFILE|CLINIC", NULL, group_mapping,
     N_("check every mapping file of a profile, or of a clinic against its target"), "mapping.check", cmd_mapping_check},
    {"mapping explain", "CLINIC ENTITY", NULL, group_mapping, N_("the SQL an entity's mappings become, and how it is run"),
     "mapping.explain", cmd_mapping_explain},
    {"mapping eval", "EXPRESSION", FLAGS(FLAG_PROFILE, FLAG_AS_OF, FLAG_SET), group_mapping,
     N_("print the value of an expression as mapping files use them"), "mapping.eval", cmd_mapping_eval},
    {"completion", "bash|zsh|clinics", NULL, group_other, N_("print the completion script of a shell, or what it asks for"), "completion", cmd_completion},
    {"help", "[COMMAND|TOPIC] [WORD]", NULL, group_other, N_("explain a command or a topic"), "help", cmd_help},
    {"version", "", NULL, group_other, N_("print the version"), "version", cmd_version},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

static const struct {
    const char *command, *words;
} formats[] = {
    {"report", "text|md|html|json|csv"}, {"warnings export", "csv|json|yaml"}, {"questions export", "csv|json"},
    {"rejects export", "csv|json"},      {"dpmf extract", "json|csv"},
};

const char *cli_command_formats(const CliCommand *command)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i].command, command->name) == 0)
            return formats[i].words;
    return NULL;
}
