#include "cli/confirm.h"

#include <stdio.h>

#include "base/text.h"

const char *confirm_ask(Cli *cli, const char *question)
{
    char answer[256] = "";
    AUTO(buf_free) Buf clean = {0};
    text_clean(&clean, str_of(question));
    fflush(stdout);
    fputs(buf_text(&clean), stderr);
    fflush(stderr);
    if (!fgets(answer, sizeof answer, stdin))
        return NULL;
    return str_keep(cli->arena, str_trim(str_of(answer)));
}
