-- Target schema of the 'dentalpin' profile, PostgreSQL 15.
-- Tables, columns, types, keys and constraint names are those of the application's database.
-- Almost no column has a default: the application fills ids, timestamps and flags from its own
-- code, so whoever writes by SQL supplies them.

BEGIN;


-- --------------------------------------------------------------------------
-- 1. Clinic and people
CREATE TABLE clinics (
    id          uuid          NOT NULL,
    name        varchar(200)  NOT NULL,
    tax_id      varchar(20)   NOT NULL,
    address     jsonb,
    phone       varchar(20),
    email       varchar(255),
    settings    jsonb         NOT NULL,
    created_at  timestamptz   NOT NULL,
    updated_at  timestamptz   NOT NULL,
    timezone    varchar(64)   NOT NULL DEFAULT 'Europe/Madrid',
    legal_name  varchar(200),
    currency    varchar(3)    NOT NULL DEFAULT 'EUR',
    PRIMARY KEY (id)
);

CREATE TABLE users (
    id               uuid          NOT NULL,
    email            varchar(255)  NOT NULL,
    password_hash    varchar(255)  NOT NULL,
    first_name       varchar(100)  NOT NULL,
    last_name        varchar(100)  NOT NULL,
    professional_id  varchar(50),
    is_active        boolean       NOT NULL,
    token_version    integer       NOT NULL,
    created_at       timestamptz   NOT NULL,
    updated_at       timestamptz   NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE TABLE clinic_memberships (
    id               uuid         NOT NULL,
    user_id          uuid         NOT NULL REFERENCES users (id),
    clinic_id        uuid         NOT NULL REFERENCES clinics (id),
    role             varchar(20)  NOT NULL,
    created_at       timestamptz  NOT NULL,
    updated_at       timestamptz  NOT NULL,
    is_professional  boolean      NOT NULL DEFAULT false,
    PRIMARY KEY (id)
);
CREATE INDEX ix_clinic_memberships_clinic_id ON clinic_memberships (clinic_id);
CREATE INDEX ix_clinic_memberships_user_id ON clinic_memberships (user_id);


-- --------------------------------------------------------------------------
-- 2. Chairs
CREATE TABLE cabinets (
    id             uuid         NOT NULL,
    clinic_id      uuid         NOT NULL REFERENCES clinics (id) ON DELETE CASCADE,
    name           varchar(50)  NOT NULL,
    color          varchar(7)   NOT NULL,
    display_order  integer      NOT NULL,
    is_active      boolean      NOT NULL,
    created_at     timestamptz  NOT NULL,
    updated_at     timestamptz  NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_cabinets_clinic_id ON cabinets (clinic_id);
CREATE UNIQUE INDEX uq_cabinet_clinic_name ON cabinets (clinic_id, name);


-- --------------------------------------------------------------------------
-- 3. Treatment catalogue
CREATE TABLE vat_types (
    id          uuid              NOT NULL,
    clinic_id   uuid              NOT NULL REFERENCES clinics (id),
    names       jsonb             NOT NULL,
    rate        double precision  NOT NULL,
    is_default  boolean           NOT NULL,
    is_active   boolean           NOT NULL,
    is_system   boolean           NOT NULL,
    created_at  timestamptz       NOT NULL,
    updated_at  timestamptz       NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idx_vat_types_clinic ON vat_types (clinic_id);
CREATE INDEX idx_vat_types_default ON vat_types (clinic_id, is_default);
CREATE INDEX ix_vat_types_clinic_id ON vat_types (clinic_id);

CREATE TABLE treatment_categories (
    id             uuid         NOT NULL,
    clinic_id      uuid         NOT NULL REFERENCES clinics (id),
    parent_id      uuid          REFERENCES treatment_categories (id),
    key            varchar(50)  NOT NULL,
    names          jsonb        NOT NULL,
    descriptions   jsonb,
    display_order  integer      NOT NULL,
    icon           varchar(50),
    is_active      boolean      NOT NULL,
    is_system      boolean      NOT NULL,
    created_at     timestamptz  NOT NULL,
    updated_at     timestamptz  NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_category_clinic_key UNIQUE (clinic_id, key)
);
CREATE INDEX idx_treatment_categories_clinic ON treatment_categories (clinic_id);
CREATE INDEX idx_treatment_categories_parent ON treatment_categories (parent_id);
CREATE INDEX ix_treatment_categories_clinic_id ON treatment_categories (clinic_id);
CREATE INDEX ix_treatment_categories_parent_id ON treatment_categories (parent_id);

CREATE TABLE treatment_catalog_items (
    id                        uuid           NOT NULL,
    clinic_id                 uuid           NOT NULL REFERENCES clinics (id),
    category_id               uuid           NOT NULL REFERENCES treatment_categories (id),
    internal_code             varchar(50)    NOT NULL,
    names                     jsonb          NOT NULL,
    descriptions              jsonb,
    default_price             numeric(10,2),
    cost_price                numeric(10,2),
    default_duration_minutes  integer,
    requires_appointment      boolean        NOT NULL,
    vat_type_id               uuid            REFERENCES vat_types (id),
    pricing_strategy          varchar(20)    NOT NULL,
    pricing_config            jsonb,
    surface_prices            jsonb,
    treatment_scope           varchar(20)    NOT NULL,
    is_diagnostic             boolean        NOT NULL,
    requires_surfaces         boolean        NOT NULL,
    billing_mode              varchar(20)    NOT NULL,
    material_notes            text,
    is_active                 boolean        NOT NULL,
    is_system                 boolean        NOT NULL,
    deleted_at                timestamptz,
    created_at                timestamptz    NOT NULL,
    updated_at                timestamptz    NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_catalog_item_clinic_code UNIQUE (clinic_id, internal_code)
);
CREATE INDEX idx_catalog_items_active ON treatment_catalog_items (clinic_id, is_active);
CREATE INDEX idx_catalog_items_category ON treatment_catalog_items (category_id);
CREATE INDEX idx_catalog_items_clinic ON treatment_catalog_items (clinic_id);
CREATE INDEX idx_catalog_items_vat_type ON treatment_catalog_items (vat_type_id);
CREATE INDEX ix_treatment_catalog_items_category_id ON treatment_catalog_items (category_id);
CREATE INDEX ix_treatment_catalog_items_clinic_id ON treatment_catalog_items (clinic_id);
CREATE INDEX ix_treatment_catalog_items_vat_type_id ON treatment_catalog_items (vat_type_id);

CREATE TABLE treatment_odontogram_mappings (
    id                         uuid         NOT NULL,
    clinic_id                  uuid         NOT NULL REFERENCES clinics (id),
    catalog_item_id            uuid         NOT NULL REFERENCES treatment_catalog_items (id) ON DELETE CASCADE,
    odontogram_treatment_type  varchar(30)  NOT NULL,
    visualization_rules        jsonb        NOT NULL,
    visualization_config       jsonb        NOT NULL,
    clinical_category          varchar(20)  NOT NULL,
    created_at                 timestamptz  NOT NULL,
    updated_at                 timestamptz  NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT treatment_odontogram_mappings_catalog_item_id_key UNIQUE (catalog_item_id)
);
CREATE INDEX idx_odontogram_mapping_clinic ON treatment_odontogram_mappings (clinic_id);
CREATE INDEX idx_odontogram_mapping_type ON treatment_odontogram_mappings (odontogram_treatment_type);
CREATE INDEX ix_treatment_odontogram_mappings_clinic_id ON treatment_odontogram_mappings (clinic_id);

CREATE TABLE catalog_item_sessions (
    id               uuid           NOT NULL,
    catalog_item_id  uuid           NOT NULL REFERENCES treatment_catalog_items (id) ON DELETE CASCADE,
    sequence         integer        NOT NULL,
    labels           jsonb          NOT NULL DEFAULT '{}',
    default_price    numeric(10,2)  NOT NULL,
    created_at       timestamptz    NOT NULL DEFAULT now(),
    updated_at       timestamptz    NOT NULL DEFAULT now(),
    PRIMARY KEY (id),
    CONSTRAINT uq_catalog_session_item_sequence UNIQUE (catalog_item_id, sequence)
);
CREATE INDEX idx_catalog_sessions_item ON catalog_item_sessions (catalog_item_id);


-- --------------------------------------------------------------------------
-- 4. Patients and medical history
CREATE TABLE patients (
    id                  uuid          NOT NULL,
    clinic_id           uuid          NOT NULL REFERENCES clinics (id),
    first_name          varchar(100)  NOT NULL,
    last_name           varchar(100)  NOT NULL,
    phone               varchar(20),
    email               varchar(255),
    date_of_birth       date,
    notes               text,
    status              varchar(20)   NOT NULL,
    gender              varchar(20),
    national_id         varchar(50),
    national_id_type    varchar(20),
    profession          varchar(100),
    workplace           varchar(200),
    preferred_language  varchar(10)   NOT NULL,
    address             jsonb,
    photo_url           varchar(500),
    billing_name        varchar(200),
    billing_tax_id      varchar(50),
    billing_address     jsonb,
    billing_email       varchar(255),
    created_at          timestamptz   NOT NULL,
    updated_at          timestamptz   NOT NULL,
    do_not_contact      boolean       NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinic_do_not_contact_active ON patients (clinic_id) WHERE do_not_contact = false;
CREATE INDEX ix_patients_clinic_id ON patients (clinic_id);
CREATE INDEX ix_patients_clinic_status ON patients (clinic_id, status);

CREATE TABLE patients_clinical_medical_context (
    patient_id                       uuid              NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id                        uuid              NOT NULL REFERENCES clinics (id),
    is_pregnant                      boolean           NOT NULL,
    pregnancy_week                   integer,
    is_lactating                     boolean           NOT NULL,
    is_on_anticoagulants             boolean           NOT NULL,
    anticoagulant_medication         varchar(100),
    inr_value                        double precision,
    last_inr_date                    date,
    is_smoker                        boolean           NOT NULL,
    smoking_frequency                varchar(100),
    alcohol_consumption              varchar(100),
    bruxism                          boolean           NOT NULL,
    adverse_reactions_to_anesthesia  boolean           NOT NULL,
    anesthesia_reaction_details      varchar(500),
    last_updated_at                  timestamptz,
    last_updated_by                  uuid,
    created_at                       timestamptz       NOT NULL,
    updated_at                       timestamptz       NOT NULL,
    PRIMARY KEY (patient_id)
);
CREATE INDEX ix_patients_clinical_medical_context_clinic_id ON patients_clinical_medical_context (clinic_id);

CREATE TABLE patients_clinical_allergy (
    id          uuid          NOT NULL,
    patient_id  uuid          NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id   uuid          NOT NULL REFERENCES clinics (id),
    name        varchar(100)  NOT NULL,
    type        varchar(50),
    severity    varchar(20)   NOT NULL,
    reaction    varchar(500),
    notes       text,
    created_at  timestamptz   NOT NULL,
    updated_at  timestamptz   NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinical_allergy_clinic_id ON patients_clinical_allergy (clinic_id);
CREATE INDEX ix_patients_clinical_allergy_patient_id ON patients_clinical_allergy (patient_id);
CREATE INDEX ix_patients_clinical_allergy_severity ON patients_clinical_allergy (severity);

CREATE TABLE patients_clinical_medication (
    id          uuid          NOT NULL,
    patient_id  uuid          NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id   uuid          NOT NULL REFERENCES clinics (id),
    name        varchar(100)  NOT NULL,
    dosage      varchar(100),
    frequency   varchar(100),
    start_date  date,
    notes       text,
    created_at  timestamptz   NOT NULL,
    updated_at  timestamptz   NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinical_medication_clinic_id ON patients_clinical_medication (clinic_id);
CREATE INDEX ix_patients_clinical_medication_patient_id ON patients_clinical_medication (patient_id);

CREATE TABLE patients_clinical_systemic_disease (
    id              uuid          NOT NULL,
    patient_id      uuid          NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    clinic_id       uuid          NOT NULL REFERENCES clinics (id),
    name            varchar(100)  NOT NULL,
    type            varchar(50),
    diagnosis_date  date,
    is_controlled   boolean       NOT NULL,
    is_critical     boolean       NOT NULL,
    medications     text,
    notes           text,
    created_at      timestamptz   NOT NULL,
    updated_at      timestamptz   NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinical_systemic_disease_clinic_id ON patients_clinical_systemic_disease (clinic_id);
CREATE INDEX ix_patients_clinical_systemic_disease_is_critical ON patients_clinical_systemic_disease (is_critical);
CREATE INDEX ix_patients_clinical_systemic_disease_patient_id ON patients_clinical_systemic_disease (patient_id);


-- --------------------------------------------------------------------------
-- 5. Odontogram
-- treatments.budget_item_id carries no foreign key.
CREATE TABLE tooth_records (
    id                  uuid         NOT NULL,
    clinic_id           uuid         NOT NULL REFERENCES clinics (id),
    patient_id          uuid         NOT NULL REFERENCES patients (id),
    tooth_number        integer      NOT NULL,
    tooth_type          varchar(20)  NOT NULL,
    general_condition   varchar(30)  NOT NULL,
    surfaces            jsonb        NOT NULL,
    notes               text,
    is_displaced        boolean      NOT NULL,
    is_rotated          boolean      NOT NULL,
    displacement_notes  text,
    created_at          timestamptz  NOT NULL,
    updated_at          timestamptz  NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_patient_tooth UNIQUE (patient_id, tooth_number)
);
CREATE INDEX idx_tooth_records_clinic_patient ON tooth_records (clinic_id, patient_id);
CREATE INDEX idx_tooth_records_patient ON tooth_records (patient_id);
CREATE INDEX ix_tooth_records_clinic_id ON tooth_records (clinic_id);
CREATE INDEX ix_tooth_records_patient_id ON tooth_records (patient_id);

CREATE TABLE treatments (
    id                 uuid           NOT NULL,
    clinic_id          uuid           NOT NULL REFERENCES clinics (id),
    patient_id         uuid           NOT NULL REFERENCES patients (id),
    clinical_type      varchar(30)    NOT NULL,
    scope              varchar(20)    NOT NULL,
    arch               varchar(10),
    catalog_item_id    uuid            REFERENCES treatment_catalog_items (id),
    status             varchar(20)    NOT NULL,
    recorded_at        timestamptz    NOT NULL,
    performed_at       timestamptz,
    performed_by       uuid            REFERENCES users (id),
    price_snapshot     numeric(10,2),
    duration_snapshot  integer,
    vat_rate_snapshot  numeric(5,2),
    budget_item_id     uuid,
    notes              text,
    source_module      varchar(30)    NOT NULL,
    deleted_at         timestamptz,
    created_at         timestamptz    NOT NULL,
    updated_at         timestamptz    NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ck_treatments_arch_matches_scope CHECK (
        (scope = 'global_arch' AND arch IS NOT NULL) OR (scope <> 'global_arch' AND arch IS NULL)),
    CONSTRAINT ck_treatments_arch_value CHECK (arch IS NULL OR arch IN ('upper','lower')),
    CONSTRAINT ck_treatments_scope CHECK (
        scope IN ('tooth','multi_tooth','global_mouth','global_arch'))
);
CREATE INDEX idx_treatments_budget ON treatments (budget_item_id);
CREATE INDEX idx_treatments_catalog ON treatments (catalog_item_id);
CREATE INDEX idx_treatments_patient ON treatments (patient_id);
CREATE INDEX idx_treatments_status ON treatments (patient_id, status);
CREATE INDEX ix_treatments_catalog_item_id ON treatments (catalog_item_id);
CREATE INDEX ix_treatments_clinic_id ON treatments (clinic_id);
CREATE INDEX ix_treatments_patient_id ON treatments (patient_id);

CREATE TABLE treatment_teeth (
    id               uuid         NOT NULL,
    treatment_id     uuid         NOT NULL REFERENCES treatments (id) ON DELETE CASCADE,
    tooth_record_id  uuid         NOT NULL REFERENCES tooth_records (id),
    tooth_number     integer      NOT NULL,
    role             varchar(20),
    surfaces         jsonb,
    created_at       timestamptz  NOT NULL,
    updated_at       timestamptz  NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_treatment_tooth UNIQUE (treatment_id, tooth_number)
);
CREATE INDEX idx_treatment_teeth_tooth_record ON treatment_teeth (tooth_record_id);
CREATE INDEX idx_treatment_teeth_treatment ON treatment_teeth (treatment_id);
CREATE INDEX ix_treatment_teeth_tooth_record_id ON treatment_teeth (tooth_record_id);
CREATE INDEX ix_treatment_teeth_treatment_id ON treatment_teeth (treatment_id);


-- --------------------------------------------------------------------------
-- 6. Budgets
CREATE TABLE budgets (
    id                        uuid           NOT NULL,
    clinic_id                 uuid           NOT NULL REFERENCES clinics (id),
    patient_id                uuid           NOT NULL REFERENCES patients (id),
    budget_number             varchar(50)    NOT NULL,
    version                   integer        NOT NULL,
    parent_budget_id          uuid            REFERENCES budgets (id),
    status                    varchar(30)    NOT NULL,
    valid_from                date           NOT NULL,
    valid_until               date,
    created_by                uuid           NOT NULL REFERENCES users (id),
    assigned_professional_id  uuid            REFERENCES users (id),
    global_discount_type      varchar(20),
    global_discount_value     numeric(10,2),
    subtotal                  numeric(12,2)  NOT NULL,
    total_discount            numeric(12,2)  NOT NULL,
    total_tax                 numeric(12,2)  NOT NULL,
    total                     numeric(12,2)  NOT NULL,
    internal_notes            text,
    patient_notes             text,
    insurance_estimate        numeric(12,2),
    deleted_at                timestamptz,
    created_at                timestamptz    NOT NULL,
    updated_at                timestamptz    NOT NULL,
    accepted_via              varchar(20),
    rejection_reason          varchar(50),
    rejection_note            text,
    public_token              uuid           NOT NULL,
    viewed_at                 timestamptz,
    last_reminder_sent_at     timestamptz,
    public_auth_method        varchar(20)    NOT NULL,
    public_auth_secret_hash   varchar(255),
    public_locked_at          timestamptz,
    plan_number_snapshot      varchar(50),
    plan_status_snapshot      varchar(20),
    PRIMARY KEY (id),
    CONSTRAINT uq_budget_clinic_number_version UNIQUE (clinic_id, budget_number, version)
);
CREATE INDEX idx_budgets_clinic ON budgets (clinic_id);
CREATE INDEX idx_budgets_clinic_patient ON budgets (clinic_id, patient_id);
CREATE INDEX idx_budgets_clinic_status ON budgets (clinic_id, status);
CREATE INDEX idx_budgets_parent ON budgets (parent_budget_id);
CREATE UNIQUE INDEX idx_budgets_public_token ON budgets (public_token);
CREATE INDEX idx_budgets_valid_until ON budgets (valid_until);
CREATE INDEX ix_budgets_clinic_id ON budgets (clinic_id);
CREATE INDEX ix_budgets_parent_budget_id ON budgets (parent_budget_id);
CREATE INDEX ix_budgets_patient_id ON budgets (patient_id);

CREATE TABLE budget_items (
    id                 uuid              NOT NULL,
    clinic_id          uuid              NOT NULL REFERENCES clinics (id),
    budget_id          uuid              NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    catalog_item_id    uuid              NOT NULL REFERENCES treatment_catalog_items (id),
    unit_price         numeric(10,2)     NOT NULL,
    quantity           integer           NOT NULL,
    discount_type      varchar(20),
    discount_value     numeric(10,2),
    vat_type_id        uuid               REFERENCES vat_types (id),
    vat_rate           double precision  NOT NULL,
    line_subtotal      numeric(10,2)     NOT NULL,
    line_discount      numeric(10,2)     NOT NULL,
    line_tax           numeric(10,2)     NOT NULL,
    line_total         numeric(10,2)     NOT NULL,
    tooth_number       integer,
    surfaces           jsonb,
    treatment_id       uuid               REFERENCES treatments (id),
    invoiced_quantity  integer           NOT NULL,
    display_order      integer           NOT NULL,
    notes              text,
    created_at         timestamptz       NOT NULL,
    updated_at         timestamptz       NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idx_budget_items_budget ON budget_items (budget_id);
CREATE INDEX idx_budget_items_catalog ON budget_items (catalog_item_id);
CREATE INDEX idx_budget_items_tooth ON budget_items (budget_id, tooth_number);
CREATE INDEX idx_budget_items_treatment ON budget_items (treatment_id);
CREATE INDEX ix_budget_items_budget_id ON budget_items (budget_id);
CREATE INDEX ix_budget_items_catalog_item_id ON budget_items (catalog_item_id);
CREATE INDEX ix_budget_items_clinic_id ON budget_items (clinic_id);
CREATE INDEX ix_budget_items_treatment_id ON budget_items (treatment_id);
CREATE INDEX ix_budget_items_vat_type_id ON budget_items (vat_type_id);

CREATE TABLE budget_history (
    id              uuid         NOT NULL,
    clinic_id       uuid         NOT NULL REFERENCES clinics (id),
    budget_id       uuid         NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    action          varchar(30)  NOT NULL,
    changed_by      uuid         NOT NULL REFERENCES users (id),
    changed_at      timestamptz  NOT NULL,
    previous_state  jsonb,
    new_state       jsonb,
    notes           text,
    PRIMARY KEY (id)
);
CREATE INDEX idx_budget_history_budget ON budget_history (budget_id);
CREATE INDEX idx_budget_history_changed_at ON budget_history (changed_at);
CREATE INDEX idx_budget_history_clinic ON budget_history (clinic_id);
CREATE INDEX ix_budget_history_budget_id ON budget_history (budget_id);
CREATE INDEX ix_budget_history_clinic_id ON budget_history (clinic_id);


-- --------------------------------------------------------------------------
-- 7. Treatment plans
CREATE TABLE treatment_plans (
    id                        uuid          NOT NULL,
    clinic_id                 uuid          NOT NULL REFERENCES clinics (id),
    patient_id                uuid          NOT NULL REFERENCES patients (id),
    plan_number               varchar(50)   NOT NULL,
    title                     varchar(200),
    status                    varchar(20)   NOT NULL,
    budget_id                 uuid           REFERENCES budgets (id),
    assigned_professional_id  uuid           REFERENCES users (id),
    created_by                uuid          NOT NULL REFERENCES users (id),
    diagnosis_notes           text,
    internal_notes            text,
    deleted_at                timestamptz,
    created_at                timestamptz   NOT NULL,
    updated_at                timestamptz   NOT NULL,
    closure_reason            varchar(50),
    closure_note              text,
    closed_at                 timestamptz,
    confirmed_at              timestamptz,
    PRIMARY KEY (id),
    CONSTRAINT uq_treatment_plan_number UNIQUE (clinic_id, plan_number)
);
CREATE INDEX idx_treatment_plans_budget ON treatment_plans (budget_id);
CREATE INDEX idx_treatment_plans_clinic_status_closed ON treatment_plans (clinic_id, status, closed_at);
CREATE INDEX idx_treatment_plans_patient ON treatment_plans (patient_id);
CREATE INDEX idx_treatment_plans_status ON treatment_plans (clinic_id, status);
CREATE UNIQUE INDEX ix_treatment_plans_budget_id ON treatment_plans (budget_id);
CREATE INDEX ix_treatment_plans_clinic_id ON treatment_plans (clinic_id);
CREATE INDEX ix_treatment_plans_patient_id ON treatment_plans (patient_id);

CREATE TABLE planned_treatment_items (
    id                             uuid         NOT NULL,
    clinic_id                      uuid         NOT NULL REFERENCES clinics (id),
    treatment_plan_id              uuid         NOT NULL REFERENCES treatment_plans (id) ON DELETE CASCADE,
    treatment_id                   uuid         NOT NULL REFERENCES treatments (id) ON DELETE CASCADE,
    sequence_order                 integer      NOT NULL,
    status                         varchar(20)  NOT NULL,
    completed_without_appointment  boolean      NOT NULL,
    completed_at                   timestamptz,
    completed_by                   uuid          REFERENCES users (id),
    notes                          text,
    created_at                     timestamptz  NOT NULL,
    updated_at                     timestamptz  NOT NULL,
    assigned_professional_id       uuid          CONSTRAINT fk_planned_items_assigned_professional REFERENCES users (id),
    PRIMARY KEY (id),
    CONSTRAINT uq_planned_item_treatment UNIQUE (treatment_id)
);
CREATE INDEX idx_planned_items_plan ON planned_treatment_items (treatment_plan_id);
CREATE INDEX idx_planned_items_plan_professional ON planned_treatment_items (treatment_plan_id, assigned_professional_id);
CREATE INDEX idx_planned_items_status ON planned_treatment_items (treatment_plan_id, status);
CREATE INDEX idx_planned_items_treatment ON planned_treatment_items (treatment_id);
CREATE INDEX ix_planned_treatment_items_assigned_professional_id ON planned_treatment_items (assigned_professional_id);
CREATE INDEX ix_planned_treatment_items_clinic_id ON planned_treatment_items (clinic_id);
CREATE INDEX ix_planned_treatment_items_treatment_id ON planned_treatment_items (treatment_id);
CREATE INDEX ix_planned_treatment_items_treatment_plan_id ON planned_treatment_items (treatment_plan_id);

CREATE TABLE planned_treatment_item_sessions (
    id            uuid           NOT NULL,
    plan_item_id  uuid           NOT NULL REFERENCES planned_treatment_items (id) ON DELETE CASCADE,
    sequence      integer        NOT NULL,
    label         varchar(120),
    amount        numeric(10,2)  NOT NULL,
    status        varchar(20)    NOT NULL DEFAULT 'pending',
    completed_at  timestamptz,
    completed_by  uuid            REFERENCES users (id),
    notes         text,
    created_at    timestamptz    NOT NULL DEFAULT now(),
    updated_at    timestamptz    NOT NULL DEFAULT now(),
    PRIMARY KEY (id),
    CONSTRAINT uq_plan_item_session_sequence UNIQUE (plan_item_id, sequence)
);
CREATE INDEX idx_pti_session_plan_item ON planned_treatment_item_sessions (plan_item_id);
CREATE INDEX ix_pti_session_plan_item_status ON planned_treatment_item_sessions (plan_item_id, status);


-- --------------------------------------------------------------------------
-- 8. Agenda
CREATE TABLE appointments (
    id                    uuid          NOT NULL,
    clinic_id             uuid          NOT NULL REFERENCES clinics (id),
    patient_id            uuid           REFERENCES patients (id),
    professional_id       uuid          NOT NULL REFERENCES users (id),
    cabinet               varchar(50),
    cabinet_id            uuid           REFERENCES cabinets (id),
    start_time            timestamptz   NOT NULL,
    end_time              timestamptz   NOT NULL,
    treatment_type        varchar(100),
    status                varchar(20)   NOT NULL,
    color                 varchar(7),
    created_at            timestamptz   NOT NULL,
    updated_at            timestamptz   NOT NULL,
    current_status_since  timestamptz   NOT NULL DEFAULT now(),
    cabinet_assigned_at   timestamptz,
    cabinet_assigned_by   uuid           REFERENCES users (id),
    PRIMARY KEY (id),
    CONSTRAINT ck_appointment_status_valid CHECK (
        status IN ('scheduled','confirmed','checked_in','in_treatment','completed','cancelled','no_show'))
);
CREATE UNIQUE INDEX idx_appointment_slot ON appointments (clinic_id, cabinet_id, professional_id, start_time) WHERE status NOT IN ('cancelled','completed','no_show');
CREATE INDEX ix_appointments_cabinet_id ON appointments (cabinet_id);
CREATE INDEX ix_appointments_clinic_id ON appointments (clinic_id);
CREATE INDEX ix_appointments_start_time ON appointments (start_time);

CREATE TABLE appointment_status_events (
    id              uuid         NOT NULL,
    clinic_id       uuid         NOT NULL REFERENCES clinics (id),
    appointment_id  uuid         NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    from_status     varchar(20),
    to_status       varchar(20)  NOT NULL,
    changed_at      timestamptz  NOT NULL DEFAULT now(),
    changed_by      uuid          REFERENCES users (id),
    note            text,
    created_at      timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_status_events_appointment_changed_at ON appointment_status_events (appointment_id, changed_at);
CREATE INDEX ix_appointment_status_events_appointment_id ON appointment_status_events (appointment_id);
CREATE INDEX ix_appointment_status_events_clinic_id ON appointment_status_events (clinic_id);

CREATE TABLE appointment_cabinet_events (
    id               uuid         NOT NULL,
    clinic_id        uuid         NOT NULL REFERENCES clinics (id),
    appointment_id   uuid         NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    from_cabinet_id  uuid          REFERENCES cabinets (id),
    to_cabinet_id    uuid          REFERENCES cabinets (id),
    changed_at       timestamptz  NOT NULL DEFAULT now(),
    changed_by       uuid          REFERENCES users (id),
    note             text,
    created_at       timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_cabinet_events_appointment_changed_at ON appointment_cabinet_events (appointment_id, changed_at);
CREATE INDEX ix_appointment_cabinet_events_appointment_id ON appointment_cabinet_events (appointment_id);
CREATE INDEX ix_appointment_cabinet_events_clinic_id ON appointment_cabinet_events (clinic_id);

CREATE TABLE appointment_treatments (
    id                         uuid         NOT NULL,
    appointment_id             uuid         NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    planned_treatment_item_id  uuid         NOT NULL CONSTRAINT fk_appointment_treatments_planned_item REFERENCES planned_treatment_items (id),
    catalog_item_id            uuid          REFERENCES treatment_catalog_items (id) ON DELETE SET NULL,
    display_order              integer      NOT NULL,
    created_at                 timestamptz  NOT NULL DEFAULT now(),
    completed_in_appointment   boolean      NOT NULL,
    notes                      text,
    PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_treatments_appointment_id ON appointment_treatments (appointment_id);
CREATE INDEX ix_appointment_treatments_planned_treatment_item_id ON appointment_treatments (planned_treatment_item_id);


-- --------------------------------------------------------------------------
-- 9. Clinical notes
-- owner_id points to a patient, a treatment, a plan or an appointment, so it has no foreign key.
CREATE TABLE clinical_notes (
    id            uuid         NOT NULL,
    clinic_id     uuid         NOT NULL REFERENCES clinics (id),
    owner_type    varchar(20)  NOT NULL,
    owner_id      uuid         NOT NULL,
    body          text         NOT NULL,
    author_id     uuid         NOT NULL REFERENCES users (id),
    deleted_at    timestamptz,
    created_at    timestamptz  NOT NULL,
    updated_at    timestamptz  NOT NULL,
    note_type     varchar(40)  NOT NULL,
    tooth_number  integer,
    PRIMARY KEY (id),
    CONSTRAINT ck_clinical_notes_note_type CHECK (
        note_type IN ('administrative','diagnosis','treatment','treatment_plan','appointment_clinical','appointment_administrative')),
    CONSTRAINT ck_clinical_notes_owner_type CHECK (owner_type IN ('patient','treatment','plan','appointment')),
    CONSTRAINT ck_clinical_notes_type_owner_matrix CHECK (
        (note_type = 'administrative' AND owner_type = 'patient' AND tooth_number IS NULL)
        OR (note_type = 'diagnosis' AND owner_type = 'patient')
        OR (note_type = 'treatment' AND owner_type = 'treatment' AND tooth_number IS NULL)
        OR (note_type = 'treatment_plan' AND owner_type = 'plan' AND tooth_number IS NULL)
        OR (note_type = 'appointment_clinical' AND owner_type = 'appointment' AND tooth_number IS NULL)
        OR (note_type = 'appointment_administrative' AND owner_type = 'appointment' AND tooth_number IS NULL))
);
CREATE INDEX idx_clinical_notes_author ON clinical_notes (author_id);
CREATE INDEX idx_clinical_notes_owner ON clinical_notes (clinic_id, owner_type, owner_id, deleted_at, created_at);
CREATE INDEX idx_clinical_notes_patient_recent ON clinical_notes (clinic_id, note_type, owner_id, deleted_at, created_at);
CREATE INDEX ix_clinical_notes_clinic_id ON clinical_notes (clinic_id);


-- --------------------------------------------------------------------------
-- 10. Recalls
CREATE TABLE recalls (
    id                             uuid         NOT NULL,
    clinic_id                      uuid         NOT NULL REFERENCES clinics (id),
    patient_id                     uuid         NOT NULL REFERENCES patients (id),
    due_month                      date         NOT NULL,
    due_date                       date,
    reason                         varchar(40)  NOT NULL,
    reason_note                    text,
    priority                       varchar(10)  NOT NULL,
    status                         varchar(30)  NOT NULL,
    recommended_by                 uuid          REFERENCES users (id),
    assigned_professional_id       uuid          REFERENCES users (id),
    last_contact_attempt_at        timestamptz,
    contact_attempt_count          integer      NOT NULL,
    linked_appointment_id          uuid          REFERENCES appointments (id),
    linked_treatment_id            uuid,
    linked_treatment_category_key  varchar(80),
    completed_at                   timestamptz,
    created_at                     timestamptz  NOT NULL,
    updated_at                     timestamptz  NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_recalls_clinic_due_month_status ON recalls (clinic_id, due_month, status);
CREATE INDEX ix_recalls_clinic_id ON recalls (clinic_id);
CREATE INDEX ix_recalls_clinic_patient_reason_status ON recalls (clinic_id, patient_id, reason, status);
CREATE INDEX ix_recalls_due_month ON recalls (due_month);
CREATE INDEX ix_recalls_patient_id ON recalls (patient_id);
CREATE INDEX ix_recalls_status ON recalls (status);

CREATE TABLE recall_settings (
    clinic_id                            uuid         NOT NULL REFERENCES clinics (id),
    reason_intervals                     jsonb        NOT NULL,
    category_to_reason                   jsonb        NOT NULL,
    auto_suggest_on_treatment_completed  boolean      NOT NULL,
    auto_link_on_appointment_scheduled   boolean      NOT NULL,
    updated_at                           timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (clinic_id)
);


-- --------------------------------------------------------------------------
-- 11. Payments
CREATE TABLE payments (
    id            uuid           NOT NULL,
    clinic_id     uuid           NOT NULL REFERENCES clinics (id),
    patient_id    uuid           NOT NULL REFERENCES patients (id),
    amount        numeric(12,2)  NOT NULL,
    currency      varchar(3)     NOT NULL,
    method        varchar(30)    NOT NULL,
    payment_date  date           NOT NULL,
    reference     varchar(100),
    notes         text,
    recorded_by   uuid           NOT NULL REFERENCES users (id),
    created_at    timestamptz    NOT NULL,
    updated_at    timestamptz    NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ck_payments_amount_positive CHECK (amount > 0)
);
CREATE INDEX idx_payments_clinic_date ON payments (clinic_id, payment_date);
CREATE INDEX idx_payments_clinic_method ON payments (clinic_id, method);
CREATE INDEX idx_payments_clinic_patient ON payments (clinic_id, patient_id);

CREATE TABLE refunds (
    id           uuid           NOT NULL,
    clinic_id    uuid           NOT NULL REFERENCES clinics (id),
    payment_id   uuid           NOT NULL REFERENCES payments (id) ON DELETE RESTRICT,
    amount       numeric(12,2)  NOT NULL,
    method       varchar(30)    NOT NULL,
    reason_code  varchar(30)    NOT NULL,
    reason_note  text,
    refunded_at  timestamptz    NOT NULL,
    refunded_by  uuid           NOT NULL REFERENCES users (id),
    created_at   timestamptz    NOT NULL,
    updated_at   timestamptz    NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ck_refund_amount_positive CHECK (amount > 0)
);
CREATE INDEX idx_refund_clinic_date ON refunds (clinic_id, refunded_at);
CREATE INDEX idx_refund_payment ON refunds (payment_id);

CREATE TABLE patient_earned_entries (
    id                 uuid           NOT NULL,
    clinic_id          uuid           NOT NULL REFERENCES clinics (id),
    patient_id         uuid           NOT NULL REFERENCES patients (id),
    treatment_id       uuid           NOT NULL,
    catalog_item_id    uuid,
    amount             numeric(10,2)  NOT NULL,
    performed_at       timestamptz    NOT NULL,
    professional_id    uuid,
    source_event       varchar(50)    NOT NULL,
    created_at         timestamptz    NOT NULL,
    updated_at         timestamptz    NOT NULL,
    source_session_id  uuid,
    description        varchar(160),
    PRIMARY KEY (id),
    CONSTRAINT uq_earned_treatment_session UNIQUE (treatment_id, source_session_id)
);
CREATE INDEX idx_earned_clinic_patient ON patient_earned_entries (clinic_id, patient_id);
CREATE INDEX idx_earned_clinic_performed ON patient_earned_entries (clinic_id, performed_at);
CREATE INDEX ix_patient_earned_entries_source_session_id ON patient_earned_entries (source_session_id);
CREATE UNIQUE INDEX uq_earned_treatment_null_session ON patient_earned_entries (treatment_id) WHERE source_session_id IS NULL;

CREATE TABLE payment_allocations (
    id           uuid           NOT NULL,
    clinic_id    uuid           NOT NULL REFERENCES clinics (id),
    payment_id   uuid           NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    target_type  varchar(20)    NOT NULL,
    budget_id    uuid            REFERENCES budgets (id) ON DELETE RESTRICT,
    amount       numeric(12,2)  NOT NULL,
    created_by   uuid           NOT NULL REFERENCES users (id),
    created_at   timestamptz    NOT NULL,
    updated_at   timestamptz    NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ck_alloc_amount_positive CHECK (amount > 0),
    CONSTRAINT ck_alloc_target_consistency CHECK (
        (target_type = 'budget' AND budget_id IS NOT NULL) OR (target_type = 'on_account' AND budget_id IS NULL))
);
CREATE INDEX idx_alloc_clinic_budget ON payment_allocations (clinic_id, budget_id);
CREATE INDEX idx_alloc_payment ON payment_allocations (payment_id);


-- --------------------------------------------------------------------------
-- 12. Invoices
CREATE TABLE invoice_series (
    id               uuid          NOT NULL,
    clinic_id        uuid          NOT NULL REFERENCES clinics (id),
    prefix           varchar(20)   NOT NULL,
    series_type      varchar(20)   NOT NULL,
    description      varchar(200),
    current_number   integer       NOT NULL,
    reset_yearly     boolean       NOT NULL,
    last_reset_year  integer,
    is_default       boolean       NOT NULL,
    is_active        boolean       NOT NULL,
    created_at       timestamptz   NOT NULL,
    updated_at       timestamptz   NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_invoice_series_clinic_prefix UNIQUE (clinic_id, prefix)
);
CREATE INDEX idx_invoice_series_clinic ON invoice_series (clinic_id);
CREATE INDEX idx_invoice_series_clinic_type ON invoice_series (clinic_id, series_type);
CREATE INDEX ix_invoice_series_clinic_id ON invoice_series (clinic_id);

CREATE TABLE invoices (
    id                  uuid           NOT NULL,
    clinic_id           uuid           NOT NULL REFERENCES clinics (id),
    patient_id          uuid           NOT NULL REFERENCES patients (id),
    invoice_number      varchar(50),
    series_id           uuid            REFERENCES invoice_series (id),
    sequential_number   integer,
    budget_id           uuid            REFERENCES budgets (id),
    credit_note_for_id  uuid            REFERENCES invoices (id),
    status              varchar(20)    NOT NULL,
    issue_date          date,
    due_date            date,
    payment_term_days   integer        NOT NULL,
    billing_name        varchar(200),
    billing_tax_id      varchar(50),
    billing_address     jsonb,
    billing_email       varchar(255),
    subtotal            numeric(12,2)  NOT NULL,
    total_discount      numeric(12,2)  NOT NULL,
    total_tax           numeric(12,2)  NOT NULL,
    total               numeric(12,2)  NOT NULL,
    internal_notes      text,
    public_notes        text,
    compliance_data     jsonb,
    document_hash       varchar(64),
    previous_hash       varchar(64),
    created_by          uuid           NOT NULL REFERENCES users (id),
    issued_by           uuid            REFERENCES users (id),
    deleted_at          timestamptz,
    created_at          timestamptz    NOT NULL,
    updated_at          timestamptz    NOT NULL,
    pdf_stale           boolean        NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idx_invoices_budget ON invoices (budget_id);
CREATE INDEX idx_invoices_clinic ON invoices (clinic_id);
CREATE INDEX idx_invoices_clinic_due_date ON invoices (clinic_id, due_date);
CREATE INDEX idx_invoices_clinic_issue_date ON invoices (clinic_id, issue_date);
CREATE INDEX idx_invoices_clinic_patient ON invoices (clinic_id, patient_id);
CREATE INDEX idx_invoices_clinic_status ON invoices (clinic_id, status);
CREATE INDEX idx_invoices_credit_note_for ON invoices (credit_note_for_id);
CREATE INDEX idx_invoices_series ON invoices (series_id);
CREATE INDEX ix_invoices_budget_id ON invoices (budget_id);
CREATE INDEX ix_invoices_clinic_id ON invoices (clinic_id);
CREATE UNIQUE INDEX ix_invoices_clinic_number_unique ON invoices (clinic_id, invoice_number) WHERE invoice_number IS NOT NULL;
CREATE INDEX ix_invoices_credit_note_for_id ON invoices (credit_note_for_id);
CREATE INDEX ix_invoices_patient_id ON invoices (patient_id);
CREATE INDEX ix_invoices_series_id ON invoices (series_id);
CREATE UNIQUE INDEX ix_invoices_series_sequential_unique ON invoices (series_id, sequential_number) WHERE series_id IS NOT NULL AND sequential_number IS NOT NULL;

CREATE TABLE invoice_items (
    id                 uuid              NOT NULL,
    clinic_id          uuid              NOT NULL REFERENCES clinics (id),
    invoice_id         uuid              NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    budget_item_id     uuid               REFERENCES budget_items (id),
    catalog_item_id    uuid               REFERENCES treatment_catalog_items (id),
    description        varchar(500)      NOT NULL,
    internal_code      varchar(50),
    unit_price         numeric(10,2)     NOT NULL,
    quantity           integer           NOT NULL,
    discount_type      varchar(20),
    discount_value     numeric(10,2),
    vat_type_id        uuid               REFERENCES vat_types (id),
    vat_rate           double precision  NOT NULL,
    vat_exempt_reason  varchar(200),
    line_subtotal      numeric(10,2)     NOT NULL,
    line_discount      numeric(10,2)     NOT NULL,
    line_tax           numeric(10,2)     NOT NULL,
    line_total         numeric(10,2)     NOT NULL,
    tooth_number       integer,
    surfaces           jsonb,
    display_order      integer           NOT NULL,
    created_at         timestamptz       NOT NULL,
    updated_at         timestamptz       NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX idx_invoice_items_budget_item ON invoice_items (budget_item_id);
CREATE INDEX idx_invoice_items_catalog_item ON invoice_items (catalog_item_id);
CREATE INDEX idx_invoice_items_invoice ON invoice_items (invoice_id);
CREATE INDEX ix_invoice_items_budget_item_id ON invoice_items (budget_item_id);
CREATE INDEX ix_invoice_items_catalog_item_id ON invoice_items (catalog_item_id);
CREATE INDEX ix_invoice_items_clinic_id ON invoice_items (clinic_id);
CREATE INDEX ix_invoice_items_invoice_id ON invoice_items (invoice_id);
CREATE INDEX ix_invoice_items_vat_type_id ON invoice_items (vat_type_id);

CREATE TABLE invoice_payments (
    id          uuid           NOT NULL,
    clinic_id   uuid           NOT NULL REFERENCES clinics (id),
    invoice_id  uuid           NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    payment_id  uuid           NOT NULL REFERENCES payments (id) ON DELETE RESTRICT,
    amount      numeric(12,2)  NOT NULL,
    created_by  uuid           NOT NULL REFERENCES users (id),
    created_at  timestamptz    NOT NULL,
    updated_at  timestamptz    NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT ck_invpay_amount_positive CHECK (amount > 0)
);
CREATE INDEX idx_invpay_clinic_invoice ON invoice_payments (clinic_id, invoice_id);
CREATE INDEX idx_invpay_payment ON invoice_payments (payment_id);


-- --------------------------------------------------------------------------
-- 13. Documents
CREATE TABLE documents (
    id                  uuid          NOT NULL,
    clinic_id           uuid          NOT NULL REFERENCES clinics (id),
    patient_id          uuid          NOT NULL REFERENCES patients (id),
    document_type       varchar(30)   NOT NULL,
    title               varchar(255)  NOT NULL,
    description         text,
    original_filename   varchar(255)  NOT NULL,
    storage_path        varchar(500)  NOT NULL,
    mime_type           varchar(100)  NOT NULL,
    file_size           integer       NOT NULL,
    extra_data          jsonb,
    uploaded_by         uuid          NOT NULL REFERENCES users (id),
    status              varchar(20)   NOT NULL,
    created_at          timestamptz   NOT NULL,
    updated_at          timestamptz   NOT NULL,
    media_kind          varchar(20)   NOT NULL DEFAULT 'document',
    media_category      varchar(20),
    media_subtype       varchar(40),
    captured_at         timestamptz,
    paired_document_id  uuid           CONSTRAINT fk_documents_paired_document_id REFERENCES documents (id) ON DELETE SET NULL,
    tags                jsonb         NOT NULL DEFAULT '[]',
    PRIMARY KEY (id),
    CONSTRAINT ck_documents_pair_not_self CHECK (paired_document_id IS NULL OR paired_document_id <> id),
    CONSTRAINT documents_storage_path_key UNIQUE (storage_path)
);
CREATE INDEX idx_documents_clinic_patient ON documents (clinic_id, patient_id);
CREATE INDEX idx_documents_clinic_patient_kind_captured ON documents (clinic_id, patient_id, media_kind, captured_at);
CREATE INDEX idx_documents_type ON documents (clinic_id, document_type);
CREATE INDEX ix_documents_clinic_id ON documents (clinic_id);
CREATE INDEX ix_documents_patient_id ON documents (patient_id);


-- --------------------------------------------------------------------------
-- 14. Module state
CREATE TABLE core_module (
    name               varchar(100)  NOT NULL,
    version            varchar(50)   NOT NULL,
    state              varchar(30)   NOT NULL,
    category           varchar(20)   NOT NULL,
    removable          boolean       NOT NULL,
    auto_install       boolean       NOT NULL,
    installed_at       timestamptz,
    last_state_change  timestamptz   NOT NULL DEFAULT now(),
    base_revision      varchar(64),
    applied_revision   varchar(64),
    manifest_snapshot  jsonb         NOT NULL,
    error_message      text,
    error_at           timestamptz,
    PRIMARY KEY (name)
);


-- --------------------------------------------------------------------------
-- 15. What the application writes by itself
CREATE TABLE patient_timeline (
    id              uuid          NOT NULL,
    clinic_id       uuid          NOT NULL REFERENCES clinics (id),
    patient_id      uuid          NOT NULL REFERENCES patients (id),
    event_type      varchar(50)   NOT NULL,
    event_category  varchar(30)   NOT NULL,
    source_table    varchar(50)   NOT NULL,
    source_id       uuid          NOT NULL,
    title           varchar(200)  NOT NULL,
    description     text,
    event_data      jsonb,
    occurred_at     timestamptz   NOT NULL,
    created_by      uuid           REFERENCES users (id),
    PRIMARY KEY (id)
);
CREATE INDEX idx_timeline_clinic_patient ON patient_timeline (clinic_id, patient_id);
CREATE INDEX idx_timeline_patient_date ON patient_timeline (patient_id, occurred_at);
CREATE INDEX ix_patient_timeline_clinic_id ON patient_timeline (clinic_id);
CREATE INDEX ix_patient_timeline_occurred_at ON patient_timeline (occurred_at);
CREATE INDEX ix_patient_timeline_patient_id ON patient_timeline (patient_id);

CREATE TABLE communication_messages (
    id                    uuid          NOT NULL,
    clinic_id             uuid          NOT NULL CONSTRAINT email_logs_clinic_id_fkey REFERENCES clinics (id),
    to_address            varchar(255)  NOT NULL,
    patient_id            uuid           CONSTRAINT email_logs_patient_id_fkey REFERENCES patients (id),
    template_key          varchar(100)  NOT NULL,
    subject               varchar(255),
    status                varchar(20)   NOT NULL,
    provider              varchar(50),
    provider_message_id   varchar(255),
    error_message         text,
    created_at            timestamptz   NOT NULL,
    sent_at               timestamptz,
    triggered_by_event    varchar(100),
    triggered_by_user_id  uuid           CONSTRAINT email_logs_triggered_by_user_id_fkey REFERENCES users (id),
    context_data          jsonb,
    channel               varchar(20)   NOT NULL,
    message_kind          varchar(20)   NOT NULL,
    attempts              integer       NOT NULL,
    max_attempts          integer       NOT NULL,
    next_attempt_at       timestamptz,
    dedup_key             varchar(200),
    delivered_at          timestamptz,
    read_at               timestamptz,
    updated_at            timestamptz   NOT NULL,
    direction             varchar(20)   NOT NULL,
    body_text             text,
    CONSTRAINT email_logs_pkey PRIMARY KEY (id)
);
CREATE INDEX idx_communication_messages_clinic ON communication_messages (clinic_id);
CREATE INDEX idx_communication_messages_created_at ON communication_messages (created_at);
CREATE INDEX idx_communication_messages_dispatch ON communication_messages (status, next_attempt_at);
CREATE INDEX idx_communication_messages_patient ON communication_messages (patient_id);
CREATE INDEX idx_communication_messages_status ON communication_messages (status);
CREATE INDEX idx_communication_messages_template ON communication_messages (template_key);
CREATE INDEX idx_communication_messages_thread ON communication_messages (clinic_id, patient_id, channel, created_at);
CREATE INDEX ix_communication_messages_clinic_id ON communication_messages (clinic_id);
CREATE INDEX ix_communication_messages_patient_id ON communication_messages (patient_id);
CREATE INDEX ix_communication_messages_status ON communication_messages (status);
CREATE INDEX ix_communication_messages_triggered_by_user_id ON communication_messages (triggered_by_user_id);
CREATE UNIQUE INDEX uq_communication_messages_dedup ON communication_messages (clinic_id, dedup_key) WHERE dedup_key IS NOT NULL;

COMMIT;
