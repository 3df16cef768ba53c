// The tables of control.db. A change of shape raises the version; an older file is brought up to date.
#ifndef CACHE_CONTROL_SCHEMA_H
#define CACHE_CONTROL_SCHEMA_H

#include "db/lite.h"

enum { CONTROL_VERSION = 8 };

// Makes what is missing, in one transaction: in a new file everything, in an older one what it lacks.
bool control_schema_make(Lite *db, Err *err) MUST_CHECK;

#endif
