// Prints the tables of keys of the screens as they stand in the manual.
#include <stdio.h>
#include <string.h>

#include "ui/key_tables.h"

static void print(void *arg, const char *screen, const char *keys, const char *does, const char *twin)
{
    const char **last = arg;
    if (!*last || strcmp(*last, screen) != 0)
        printf("%s.Ss %s\n.Bl -tag -width Ds\n", *last ? ".El\n" : "", screen);
    *last = screen;
    const char *at = keys;
    printf(".It ");
    while (*at) {
        size_t len = strcspn(at, " ");
        printf("%sLi \\&%.*s", at == keys ? "" : " , ", (int)len, at);
        at += len + (at[len] == ' ');
    }
    printf("\n\\&");
    for (const char *c = does; *c; c++) // a sentence begins a line
        putchar(*c == ' ' && c > does && c[-1] == '.' ? '\n' : *c);
    if (twin)
        printf("\n.Pq Dq Li %s", twin);
    putchar('\n');
}

int main(void)
{
    const char *last = NULL;
    key_tables_each(print, &last);
    puts(".El");
    return 0;
}
