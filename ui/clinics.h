// The parts of the list of clinics: clinics.c acts, clinics_paint.c paints.
#ifndef UI_CLINICS_H
#define UI_CLINICS_H

#include "ui/clinics_data.h"
#include "ui/list.h"

typedef enum { SORT_ATTENTION, SORT_NAME, SORT_LAST_RUN, SORT_WARNINGS, CLINIC_SORTS } ClinicSort;

typedef struct {
    const ClinicsModel *model; // NULL: not read yet
    const char *filter;        // NULL: none
    ClinicSort sort;
    bool backwards;
    size_t *order; // rows of the model as they are shown; list.count of them
    ListState list;
    const char *at; // name of the clinic the cursor is on
    int *page;      // painting notes here how many rows are seen at a time
} ClinicsView;

void clinics_paint(const ClinicsView *v, bool read_only, Canvas *body);

#endif
