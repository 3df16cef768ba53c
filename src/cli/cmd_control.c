// mudanza pause, continue and stop: orders for a worker that runs elsewhere.
#include <string.h>

#include "base/intl.h"
#include "cli/commands.h"
#include "engine/beat_read.h"
#include "engine/control_socket.h"
#include "engine/lock.h"

static bool nobody_works(const Clinic *clinic, Err *err)
{
    err_set(err, ERR_USAGE, _("nobody is at work on %s"), clinic->name);
    return err_hint(err, "mudanza status %s", clinic->typed);
}

static void tell(Cli *cli, const Clinic *clinic, const Order *order, int64_t run)
{
    AUTO(buf_free) Buf told = {0};
    order_words_told(order, clinic->name, run, &told);
    out_line(&cli->out, "%s", buf_text(&told));
    if (!cli->out.json)
        return;
    JsonOut *j = out_document(&cli->out, "control");
    json_text(j, "clinic", clinic->name);
    json_int(j, "run", run);
    json_text(j, "id", order->id);
    json_text(j, "cmd", order_words[order->kind]);
    if (order->kind == ORDER_STOP)
        json_text(j, "after", stop_words[order->stop]);
    json_text(j, "state", "accepted");
    out_document_end(&cli->out);
}

static int give(Cli *cli, Order *order, Err *err)
{
    const Clinic *clinic = cli_clinic(cli, cli->args[0], err);
    const char *owner;
    int64_t run;
    if (!clinic)
        return (int)err->kind;
    if (!lock_owner(cli->arena, clinic->state_folder, &owner)) {
        nobody_works(clinic, err);
        return (int)err->kind;
    }
    order_sign(order);
    if (!control_ask(clinic->state_folder, order, &run, err))
        return (int)err->kind;
    tell(cli, clinic, order, run);
    return EXIT_OK;
}

int cmd_pause(Cli *cli, Err *err)
{
    Order order = {.kind = ORDER_PAUSE};
    return give(cli, &order, err);
}

int cmd_continue(Cli *cli, Err *err)
{
    Order order = {.kind = ORDER_CONTINUE};
    return give(cli, &order, err);
}

int cmd_stop(Cli *cli, Err *err)
{
    Order order = {.kind = ORDER_STOP, .stop = STOP_AFTER_BATCH};
    const char *after = cli->flags[FLAG_AFTER];
    if (after && cli_has(cli, FLAG_NOW)) {
        err_set(err, ERR_USAGE, _("--after and --now say the opposite"));
        return (int)err->kind;
    }
    if (after && !strcmp(after, "step"))
        order.stop = STOP_AFTER_STEP;
    if (cli_has(cli, FLAG_NOW))
        order.stop = STOP_NOW;
    return give(cli, &order, err);
}
