#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>

double number_single(double value)
{
    char text[32] = "0";
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)(float)value);
        if (strtof(text, NULL) == (float)value)
            break;
    }
    return strtod(text, NULL);
}

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
