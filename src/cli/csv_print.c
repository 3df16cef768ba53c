#include "cli/csv_print.h"

#include <unistd.h>

enum { FLUSH_BYTES = 64 * 1024 };

bool csv_print(Output *out, Buf *text, bool all)
{
    bool taken = true;
    if (!all && text->len < FLUSH_BYTES)
        return true;
    if (isatty(STDOUT_FILENO)) // control characters never reach a terminal as they are
        out_block(out, buf_str(text));
    else
        taken = out_stream(out, buf_str(text));
    buf_clear(text);
    return taken;
}

void csv_print_record(const Output *out, const Str *fields, size_t n, Buf *text)
{
    if (!out->json) {
        csv_line(text, fields, n);
        return;
    }
    JsonOut j = {.out = text};
    json_open_list(&j, NULL);
    for (size_t i = 0; i < n; i++)
        json_str(&j, NULL, fields[i]);
    json_close_list(&j);
    buf_add_char(text, '\n');
}
