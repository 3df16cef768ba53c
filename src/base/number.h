// Floating-point numbers as text, without the locale.
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/str.h"

// The shortest decimal text that reads back as the same double: 0.1, 21, 100, 1e+300. Never used for money.
void number_shortest(double value, Buf *out);
// The number that the shortest text of a four-byte float is read as: 0.1 for what is stored as 0.100000001.
double number_single(double value);

#endif
