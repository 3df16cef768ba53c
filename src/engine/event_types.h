// The types of events there are, with their fields: what `mudanza help events` prints and what the schemas in
// tests/schemas are compared with. Whoever sends a new event or field adds it here.
#ifndef ENGINE_EVENT_TYPES_H
#define ENGINE_EVENT_TYPES_H

#include <stdbool.h>

typedef struct {
    const char *name;  // "exit"; "target.env": a member of an object; "order[]": what a list holds
    const char *type;  // as JSON Schema calls it; "string|null": either
    bool optional;     // not in every event of the type
    const char *words; // "done|failed": the values there are; NULL: any
} EventField;

typedef struct {
    const char *type;
    const char *about; // one sentence; N_()
    const EventField *fields; // beside those of every event; ends with a NULL name
} EventType;

extern const EventField event_common_fields[]; // of every event; ends with a NULL name
extern const EventType event_types[];          // in the order of a run; ends with a NULL type

#endif
