// The canonical entities: what every source system is turned into. Read from clinics/model/*.yaml.
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/problems.h"

typedef enum {
    FIELD_TEXT,
    FIELD_INTEGER,
    FIELD_DECIMAL,
    FIELD_DATE,
    FIELD_TIME,
    FIELD_INSTANT,
    FIELD_BOOLEAN,
    FIELD_REFERENCE,
    FIELD_JSON
} FieldType;

typedef struct {
    const char *name;
    FieldType type;
    int scale;          // FIELD_DECIMAL
    const char *refers; // FIELD_REFERENCE: an entity
    const char *about;
} Field;

typedef struct {
    const char *name; // patient
    const char *about;
    const char *category; // People, Catalogue, ... for the board
    int order;            // position in the model's processing order, from 0
    Field *fields;
    size_t n_fields;
} Entity;

typedef struct {
    Entity *entities; // in processing order
    size_t n;
} Model;

enum { ENTITY_NAME_MAX = 50 };

Model *model_load(Arena *a, const char *data_folder, Problems *problems); // NULL when problems->errors > 0
const Entity *model_entity(const Model *m, const char *name);             // NULL: unknown type, kept raw
const Field *entity_field(const Entity *e, const char *name);
bool entity_name_valid(Str name); // [a-z][a-z0-9_]{0,49}

#endif
