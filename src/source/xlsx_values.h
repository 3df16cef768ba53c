// What the numbers in a workbook mean: by themselves, and by the format of their cell.
#ifndef SOURCE_XLSX_VALUES_H
#define SOURCE_XLSX_VALUES_H

#include "base/str.h"

// Whether a number format shows a date or a time of day: those built in by their number (ECMA-376, 18.8.30), others
// by what their code holds outside of quotes and brackets.
bool xlsx_format_is_date(long id, const char *code); // code NULL: none of the workbook's own

// A number as it was typed: fifteen digits, no exponent, no zeros behind. What is no number stays as it is.
void xlsx_number(Str text, Buf *out);
// A day number as 2026-11-21, with a time of day 2026-11-21 17:15:00, below 1 as 17:15:00. from_1904: the other
// of the two ways to count. false: it is none, or not between 1900 and 9999.
bool xlsx_date(Str text, bool from_1904, Buf *out);
// A column's number, from 0, by its letters ("C5" is 2); -1: none.
int xlsx_column(const char *reference);
// _x000D_ and the like become their characters (ECMA-376, 22.4.2.4), appended.
void xlsx_unescape(Str text, Buf *out);

#endif
