#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>

// LC_NUMERIC stays "C" for the whole program (intl.h), so printf and strtod use a dot.
void number_shortest(double value, Buf *out)
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buf_add_text(out, text);
}
