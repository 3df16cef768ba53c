// Which page of a long list is wanted. Pages are found by the key of a row that is known, never by a number
// of rows to pass over: the last page costs as little as the first.
#ifndef BASE_PAGE_WAY_H
#define BASE_PAGE_WAY_H

#include <stdbool.h>

typedef enum {
    PAGE_FIRST,
    PAGE_LAST,
    PAGE_AFTER,  // the rows behind the one given
    PAGE_BEFORE, // those before it; they come in the order of the list all the same
    PAGE_FROM,   // the one given, or the next that is still there, and those behind it: to read a page anew
} PageWay;

static inline bool page_goes_back(PageWay way)
{
    return way == PAGE_LAST || way == PAGE_BEFORE;
}

#endif
