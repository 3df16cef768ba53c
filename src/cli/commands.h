// The functions behind the table of commands, one file each (cmd_*.c).
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

int cmd_autopilot(Cli *cli, Err *err);
int cmd_clinics_list(Cli *cli, Err *err);
int cmd_compare(Cli *cli, Err *err);
int cmd_completion(Cli *cli, Err *err);
int cmd_config_diff(Cli *cli, Err *err);
int cmd_config_edit(Cli *cli, Err *err);
int cmd_config_explain(Cli *cli, Err *err);
int cmd_config_fix(Cli *cli, Err *err);
int cmd_config_schema(Cli *cli, Err *err);
int cmd_config_show(Cli *cli, Err *err);
int cmd_config_validate(Cli *cli, Err *err);
int cmd_continue(Cli *cli, Err *err);
int cmd_csv_cat(Cli *cli, Err *err);
int cmd_csv_sniff(Cli *cli, Err *err);
int cmd_doctor(Cli *cli, Err *err);
int cmd_dpmf_export(Cli *cli, Err *err);
int cmd_dpmf_extract(Cli *cli, Err *err);
int cmd_dpmf_info(Cli *cli, Err *err);
int cmd_dpmf_verify(Cli *cli, Err *err);
int cmd_files_receive(Cli *cli, Err *err);
int cmd_files_scan(Cli *cli, Err *err);
int cmd_files_status(Cli *cli, Err *err);
int cmd_hooks_test(Cli *cli, Err *err);
int cmd_init(Cli *cli, Err *err);
int cmd_inspect(Cli *cli, Err *err);
int cmd_links_accept(Cli *cli, Err *err);
int cmd_links_build(Cli *cli, Err *err);
int cmd_links_create(Cli *cli, Err *err);
int cmd_links_export(Cli *cli, Err *err);
int cmd_links_ignore(Cli *cli, Err *err);
int cmd_links_import(Cli *cli, Err *err);
int cmd_links_list(Cli *cli, Err *err);
int cmd_links_relink(Cli *cli, Err *err);
int cmd_links_reset(Cli *cli, Err *err);
int cmd_links_what_if(Cli *cli, Err *err);
int cmd_logs(Cli *cli, Err *err);
int cmd_mapping_check(Cli *cli, Err *err);
int cmd_mapping_eval(Cli *cli, Err *err);
int cmd_mapping_explain(Cli *cli, Err *err);
int cmd_monitor(Cli *cli, Err *err);
int cmd_pause(Cli *cli, Err *err);
int cmd_plan(Cli *cli, Err *err);
int cmd_preview(Cli *cli, Err *err);
int cmd_rejects_export(Cli *cli, Err *err);
int cmd_rejects_list(Cli *cli, Err *err);
int cmd_rejects_retry(Cli *cli, Err *err);
int cmd_ps(Cli *cli, Err *err);
int cmd_purge(Cli *cli, Err *err);
int cmd_report(Cli *cli, Err *err);
int cmd_resume(Cli *cli, Err *err);
int cmd_rollback(Cli *cli, Err *err);
int cmd_rehearse(Cli *cli, Err *err);
int cmd_run(Cli *cli, Err *err);
int cmd_runs(Cli *cli, Err *err);
int cmd_status(Cli *cli, Err *err);
int cmd_stop(Cli *cli, Err *err);
int cmd_verify(Cli *cli, Err *err);
int cmd_version(Cli *cli, Err *err);
int cmd_xlsx_cat(Cli *cli, Err *err);
int cmd_xlsx_sheets(Cli *cli, Err *err);
int cmd_warnings_ask(Cli *cli, Err *err);
int cmd_warnings_assign(Cli *cli, Err *err);
int cmd_questions_export(Cli *cli, Err *err);
int cmd_questions_import(Cli *cli, Err *err);
int cmd_warnings_export(Cli *cli, Err *err);
int cmd_warnings_ignore(Cli *cli, Err *err);
int cmd_warnings_import(Cli *cli, Err *err);
int cmd_warnings_list(Cli *cli, Err *err);
int cmd_warnings_note(Cli *cli, Err *err);
int cmd_warnings_reopen(Cli *cli, Err *err);
int cmd_warnings_resolve(Cli *cli, Err *err);
int cmd_warnings_show(Cli *cli, Err *err);

#endif
