// The table of commands. Order and groups are those of `mudanza help`.
#include "cli/commands.h"

#include "base/intl.h"
#include "cli/cmd_help.h"

static const char group_clinics[] = N_("Clinics and their configuration");
static const char group_work[] = N_("Working on a clinic");
static const char group_source[] = N_("Source files");
static const char group_mapping[] = N_("Mappings");
static const char group_other[] = N_("Other");

const CliCommand cli_commands[] = {
    {"init", "CLINIC",
     FLAG_BIT(FLAG_SOURCE) | FLAG_BIT(FLAG_PROFILE) | FLAG_BIT(FLAG_TARGET) | FLAG_BIT(FLAG_SET) | FLAG_BIT(FLAG_PASSPHRASE_FILE),
     group_clinics, N_("make a clinic: its folder, config.yaml and commands.yaml"), "init", cmd_init},
    {"clinics list", "", 0, group_clinics, N_("the clinics of the workspace"), "clinics.list", cmd_clinics_list},
    {"config validate", "CLINIC", 0, group_clinics, N_("check config.yaml and commands.yaml; tell every problem at once"),
     "config.validate", cmd_config_validate},
    {"config show", "CLINIC", FLAG_BIT(FLAG_ORIGIN), group_clinics, N_("every value in force; secrets only as set"),
     "config.show", cmd_config_show},
    {"config explain", "[KEY]", 0, group_clinics, N_("what a key means; without KEY all of them"), "config.explain",
     cmd_config_explain},
    {"doctor", "[CLINIC]", FLAGS_PASSPHRASE, group_clinics, N_("is everything in place: machine, state, disk, source, target, lock"),
     "doctor", cmd_doctor},
    {"plan", "CLINIC [SELECT]...", FLAGS_SELECT | FLAGS_PASSPHRASE | FLAG_BIT(FLAG_AS_OF) | FLAG_BIT(FLAG_FAIL_IF_NOOP), group_work,
     N_("what a run would do, and why; nothing is written"), "plan", cmd_plan},
    {"preview", "CLINIC [STEP]", FLAGS_PASSPHRASE | FLAG_BIT(FLAG_AS_OF) | FLAG_BIT(FLAG_ROWS), group_work,
     N_("what would become of the rows now; samples are masked"), "preview", cmd_preview},
    {"run", "CLINIC [SELECT]...", FLAGS_SELECT | FLAGS_WORK, group_work, N_("do the selected steps and what they need"), "run.start",
     cmd_run},
    {"autopilot", "CLINIC", FLAGS_WORK, group_work, N_("the whole pipeline, unattended"), "run.start", cmd_autopilot},
    {"resume", "CLINIC", FLAGS_WORK, group_work, N_("go on where the last run stopped"), "run.start", cmd_resume},
    {"verify", "CLINIC", FLAGS_PASSPHRASE | FLAG_BIT(FLAG_AS_OF) | FLAG_BIT(FLAG_NOTE) | FLAG_BIT(FLAG_PROGRESS_INTERVAL), group_work,
     N_("read the target back and compare every row"), "run.start", cmd_verify},
    {"status", "CLINIC", 0, group_work, N_("who is at work, how the last run ended, what is done"), "status", cmd_status},
    {"runs", "CLINIC", FLAG_BIT(FLAG_ROWS), group_work, N_("the runs there have been"), "runs", cmd_runs},
    {"report", "CLINIC [RUN]", FLAG_BIT(FLAG_FORMAT), group_work, N_("what a run did with every row"), "report", cmd_report},
    {"logs", "CLINIC [RUN]", FLAG_BIT(FLAG_FOLLOW) | FLAG_BIT(FLAG_STEP) | FLAG_BIT(FLAG_GREP), group_work,
     N_("the events of a run"), "run.start", cmd_logs},
    {"warnings list", "CLINIC", FLAG_BIT(FLAG_ROWS) | FLAG_BIT(FLAG_STEP) | FLAG_BIT(FLAG_GREP), group_work,
     N_("issues by code; with -v or --rows one by one"), "warnings.list", cmd_warnings_list},
    {"dpmf info", "FILE", FLAGS_PASSPHRASE, group_source, N_("what a DPMF file says of itself"), "dpmf.info", cmd_dpmf_info},
    {"dpmf verify", "FILE", FLAGS_PASSPHRASE, group_source, N_("judge a DPMF file, read to its last row"), "dpmf.verify", cmd_dpmf_verify},
    {"dpmf export", "CLINIC OUT", FLAG_BIT(FLAG_LAYERING) | FLAGS_PASSPHRASE, group_source,
     N_("write what was read of a clinic as a new DPMF file"), "dpmf.export", cmd_dpmf_export},
    {"dpmf extract", "FILE ENTITY", FLAGS_PASSPHRASE | FLAG_BIT(FLAG_FORMAT), group_source,
     N_("print the rows of one entity of a DPMF file as JSON or CSV"), "dpmf.extract", cmd_dpmf_extract},
    {"mapping check", "PROFILE", 0, group_mapping, N_("check every mapping file of a profile"), "mapping.check", cmd_mapping_check},
    {"mapping explain", "CLINIC ENTITY", 0, group_mapping, N_("the SQL an entity's mappings become, and how it is run"),
     "mapping.explain", cmd_mapping_explain},
    {"mapping eval", "EXPRESSION", FLAG_BIT(FLAG_PROFILE) | FLAG_BIT(FLAG_AS_OF) | FLAG_BIT(FLAG_SET), group_mapping,
     N_("print the value of an expression as mapping files use them"), "mapping.eval", cmd_mapping_eval},
    {"help", "[COMMAND|TOPIC] [WORD]", 0, group_other, N_("explain a command or a topic"), "help", cmd_help},
    {"version", "", 0, group_other, N_("print the version"), "version", cmd_version},
    {NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
