// The table of commands. Order and groups are those of `mudanza help`.
#include "cli/commands.h"

#include "base/intl.h"
#include "cli/cmd_help.h"

static const char group_clinics[] = N_("Clinics and their configuration");
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
    {"dpmf info", "FILE", FLAGS_PASSPHRASE, group_source, N_("what a DPMF file says of itself"), "dpmf.info", cmd_dpmf_info},
    {"dpmf verify", "FILE", FLAGS_PASSPHRASE, group_source, N_("judge a DPMF file, read to its last row"), "dpmf.verify", cmd_dpmf_verify},
    {"mapping eval", "EXPRESSION", FLAG_BIT(FLAG_PROFILE) | FLAG_BIT(FLAG_AS_OF) | FLAG_BIT(FLAG_SET), group_mapping,
     N_("print the value of an expression as mapping files use them"), "mapping.eval", cmd_mapping_eval},
    {"help", "[COMMAND|TOPIC] [WORD]", 0, group_other, N_("explain a command or a topic"), "help", cmd_help},
    {"version", "", 0, group_other, N_("print the version"), "version", cmd_version},
    {NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
