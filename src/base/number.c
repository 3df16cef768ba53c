#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>

// LC_NUMERIC stays "C" for the whole program (intl.h), so printf and strtod use a dot.
void number_shortest(double value, Buf *out)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) { // %g drops the zeros at the end
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    buf_add_text(out, text);
}
