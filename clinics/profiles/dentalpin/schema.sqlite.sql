-- Target schema of the 'dentalpin' profile, SQLite 3.40 or later: the embedded target.
-- Tables, columns, keys and constraint names are those of the application's database.
-- Almost no column has a default: the application fills ids, timestamps and flags from its own
-- code, so whoever writes by SQL supplies them.
--
-- Type names are kept where SQLite lets them stand for themselves; what a type would enforce in
-- PostgreSQL is spelled out as CHECK:
--   uuid          36-character text, lower case with dashes is what the application writes
--   varchar(n)    length() <= n, counted in characters as PostgreSQL does
--   boolean       0 or 1
--   numeric(p,s)  TEXT_DECIMAL(p,s): text with exactly s decimals, such as '-12.50'. The name gives
--                 the column text affinity, so that no digit passes through a binary fraction
--   date          YYYY-MM-DD, a real day
--   timestamptz   text that julianday() understands, in UTC: 'YYYY-MM-DD HH:MM:SS+00:00'
--   jsonb         TEXT with json_valid()
-- Foreign keys work only after PRAGMA foreign_keys = ON, per connection.

PRAGMA foreign_keys = ON;
BEGIN;


-- --------------------------------------------------------------------------
-- 1. Clinic and people
CREATE TABLE clinics (
    id          UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    name        VARCHAR(200)  NOT NULL CHECK (length(name) <= 200),
    tax_id      VARCHAR(20)   NOT NULL CHECK (length(tax_id) <= 20),
    address     TEXT CHECK (address IS NULL OR json_valid(address)),
    phone       VARCHAR(20) CHECK (phone IS NULL OR length(phone) <= 20),
    email       VARCHAR(255) CHECK (email IS NULL OR length(email) <= 255),
    settings    TEXT          NOT NULL CHECK (json_valid(settings)),
    created_at  TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at  TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    timezone    VARCHAR(64)   NOT NULL DEFAULT 'Europe/Madrid' CHECK (length(timezone) <= 64),
    legal_name  VARCHAR(200) CHECK (legal_name IS NULL OR length(legal_name) <= 200),
    currency    VARCHAR(3)    NOT NULL DEFAULT 'EUR' CHECK (length(currency) <= 3),
    PRIMARY KEY (id)
);

CREATE TABLE users (
    id               UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    email            VARCHAR(255)  NOT NULL CHECK (length(email) <= 255),
    password_hash    VARCHAR(255)  NOT NULL CHECK (length(password_hash) <= 255),
    first_name       VARCHAR(100)  NOT NULL CHECK (length(first_name) <= 100),
    last_name        VARCHAR(100)  NOT NULL CHECK (length(last_name) <= 100),
    professional_id  VARCHAR(50) CHECK (professional_id IS NULL OR length(professional_id) <= 50),
    is_active        BOOLEAN       NOT NULL CHECK (is_active IN (0, 1)),
    token_version    INTEGER       NOT NULL CHECK (typeof(token_version) = 'integer'),
    created_at       TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at       TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_email ON users (email);

CREATE TABLE clinic_memberships (
    id               UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    user_id          UUID         NOT NULL REFERENCES users (id) CHECK (typeof(user_id) = 'text' AND length(user_id) = 36),
    clinic_id        UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    role             VARCHAR(20)  NOT NULL CHECK (length(role) <= 20),
    created_at       TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at       TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    is_professional  BOOLEAN      NOT NULL DEFAULT 0 CHECK (is_professional IN (0, 1)),
    PRIMARY KEY (id)
);
CREATE INDEX ix_clinic_memberships_clinic_id ON clinic_memberships (clinic_id);
CREATE INDEX ix_clinic_memberships_user_id ON clinic_memberships (user_id);


-- --------------------------------------------------------------------------
-- 2. Chairs
CREATE TABLE cabinets (
    id             UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id      UUID         NOT NULL REFERENCES clinics (id) ON DELETE CASCADE CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    name           VARCHAR(50)  NOT NULL CHECK (length(name) <= 50),
    color          VARCHAR(7)   NOT NULL CHECK (length(color) <= 7),
    display_order  INTEGER      NOT NULL CHECK (typeof(display_order) = 'integer'),
    is_active      BOOLEAN      NOT NULL CHECK (is_active IN (0, 1)),
    created_at     TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at     TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_cabinets_clinic_id ON cabinets (clinic_id);
CREATE UNIQUE INDEX uq_cabinet_clinic_name ON cabinets (clinic_id, name);


-- --------------------------------------------------------------------------
-- 3. Treatment catalogue
CREATE TABLE vat_types (
    id          UUID              NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id   UUID              NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    names       TEXT              NOT NULL CHECK (json_valid(names)),
    rate        DOUBLE PRECISION  NOT NULL CHECK (typeof(rate) = 'real'),
    is_default  BOOLEAN           NOT NULL CHECK (is_default IN (0, 1)),
    is_active   BOOLEAN           NOT NULL CHECK (is_active IN (0, 1)),
    is_system   BOOLEAN           NOT NULL CHECK (is_system IN (0, 1)),
    created_at  TIMESTAMPTZ       NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at  TIMESTAMPTZ       NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX idx_vat_types_clinic ON vat_types (clinic_id);
CREATE INDEX idx_vat_types_default ON vat_types (clinic_id, is_default);
CREATE INDEX ix_vat_types_clinic_id ON vat_types (clinic_id);

CREATE TABLE treatment_categories (
    id             UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id      UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    parent_id      UUID          REFERENCES treatment_categories (id) CHECK (parent_id IS NULL OR (typeof(parent_id) = 'text' AND length(parent_id) = 36)),
    key            VARCHAR(50)  NOT NULL CHECK (length(key) <= 50),
    names          TEXT         NOT NULL CHECK (json_valid(names)),
    descriptions   TEXT CHECK (descriptions IS NULL OR json_valid(descriptions)),
    display_order  INTEGER      NOT NULL CHECK (typeof(display_order) = 'integer'),
    icon           VARCHAR(50) CHECK (icon IS NULL OR length(icon) <= 50),
    is_active      BOOLEAN      NOT NULL CHECK (is_active IN (0, 1)),
    is_system      BOOLEAN      NOT NULL CHECK (is_system IN (0, 1)),
    created_at     TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at     TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT uq_category_clinic_key UNIQUE (clinic_id, key)
);
CREATE INDEX idx_treatment_categories_clinic ON treatment_categories (clinic_id);
CREATE INDEX idx_treatment_categories_parent ON treatment_categories (parent_id);
CREATE INDEX ix_treatment_categories_clinic_id ON treatment_categories (clinic_id);
CREATE INDEX ix_treatment_categories_parent_id ON treatment_categories (parent_id);

CREATE TABLE treatment_catalog_items (
    id                        UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id                 UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    category_id               UUID           NOT NULL REFERENCES treatment_categories (id) CHECK (typeof(category_id) = 'text' AND length(category_id) = 36),
    internal_code             VARCHAR(50)    NOT NULL CHECK (length(internal_code) <= 50),
    names                     TEXT           NOT NULL CHECK (json_valid(names)),
    descriptions              TEXT CHECK (descriptions IS NULL OR json_valid(descriptions)),
    default_price             TEXT_DECIMAL(10,2) CHECK (default_price IS NULL OR (typeof(default_price) = 'text' AND (default_price GLOB '[0-9]*.[0-9][0-9]' AND length(default_price) <= 11 OR default_price GLOB '-[0-9]*.[0-9][0-9]' AND length(default_price) <= 12) AND default_price NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    cost_price                TEXT_DECIMAL(10,2) CHECK (cost_price IS NULL OR (typeof(cost_price) = 'text' AND (cost_price GLOB '[0-9]*.[0-9][0-9]' AND length(cost_price) <= 11 OR cost_price GLOB '-[0-9]*.[0-9][0-9]' AND length(cost_price) <= 12) AND cost_price NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    default_duration_minutes  INTEGER CHECK (default_duration_minutes IS NULL OR typeof(default_duration_minutes) = 'integer'),
    requires_appointment      BOOLEAN        NOT NULL CHECK (requires_appointment IN (0, 1)),
    vat_type_id               UUID            REFERENCES vat_types (id) CHECK (vat_type_id IS NULL OR (typeof(vat_type_id) = 'text' AND length(vat_type_id) = 36)),
    pricing_strategy          VARCHAR(20)    NOT NULL CHECK (length(pricing_strategy) <= 20),
    pricing_config            TEXT CHECK (pricing_config IS NULL OR json_valid(pricing_config)),
    surface_prices            TEXT CHECK (surface_prices IS NULL OR json_valid(surface_prices)),
    treatment_scope           VARCHAR(20)    NOT NULL CHECK (length(treatment_scope) <= 20),
    is_diagnostic             BOOLEAN        NOT NULL CHECK (is_diagnostic IN (0, 1)),
    requires_surfaces         BOOLEAN        NOT NULL CHECK (requires_surfaces IN (0, 1)),
    billing_mode              VARCHAR(20)    NOT NULL CHECK (length(billing_mode) <= 20),
    material_notes            TEXT,
    is_active                 BOOLEAN        NOT NULL CHECK (is_active IN (0, 1)),
    is_system                 BOOLEAN        NOT NULL CHECK (is_system IN (0, 1)),
    deleted_at                TIMESTAMPTZ CHECK (deleted_at IS NULL OR julianday(deleted_at) IS NOT NULL),
    created_at                TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
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
    id                         UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id                  UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    catalog_item_id            UUID         NOT NULL REFERENCES treatment_catalog_items (id) ON DELETE CASCADE CHECK (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36),
    odontogram_treatment_type  VARCHAR(30)  NOT NULL CHECK (length(odontogram_treatment_type) <= 30),
    visualization_rules        TEXT         NOT NULL CHECK (json_valid(visualization_rules)),
    visualization_config       TEXT         NOT NULL CHECK (json_valid(visualization_config)),
    clinical_category          VARCHAR(20)  NOT NULL CHECK (length(clinical_category) <= 20),
    created_at                 TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                 TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT treatment_odontogram_mappings_catalog_item_id_key UNIQUE (catalog_item_id)
);
CREATE INDEX idx_odontogram_mapping_clinic ON treatment_odontogram_mappings (clinic_id);
CREATE INDEX idx_odontogram_mapping_type ON treatment_odontogram_mappings (odontogram_treatment_type);
CREATE INDEX ix_treatment_odontogram_mappings_clinic_id ON treatment_odontogram_mappings (clinic_id);

CREATE TABLE catalog_item_sessions (
    id               UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    catalog_item_id  UUID           NOT NULL REFERENCES treatment_catalog_items (id) ON DELETE CASCADE CHECK (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36),
    sequence         INTEGER        NOT NULL CHECK (typeof(sequence) = 'integer'),
    labels           TEXT           NOT NULL DEFAULT '{}' CHECK (json_valid(labels)),
    default_price    TEXT_DECIMAL(10,2)  NOT NULL CHECK (typeof(default_price) = 'text' AND (default_price GLOB '[0-9]*.[0-9][0-9]' AND length(default_price) <= 11 OR default_price GLOB '-[0-9]*.[0-9][0-9]' AND length(default_price) <= 12) AND default_price NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    created_at       TIMESTAMPTZ    NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(created_at) IS NOT NULL),
    updated_at       TIMESTAMPTZ    NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT uq_catalog_session_item_sequence UNIQUE (catalog_item_id, sequence)
);
CREATE INDEX idx_catalog_sessions_item ON catalog_item_sessions (catalog_item_id);


-- --------------------------------------------------------------------------
-- 4. Patients and medical history
CREATE TABLE patients (
    id                  UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id           UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    first_name          VARCHAR(100)  NOT NULL CHECK (length(first_name) <= 100),
    last_name           VARCHAR(100)  NOT NULL CHECK (length(last_name) <= 100),
    phone               VARCHAR(20) CHECK (phone IS NULL OR length(phone) <= 20),
    email               VARCHAR(255) CHECK (email IS NULL OR length(email) <= 255),
    date_of_birth       DATE CHECK (date_of_birth IS NULL OR date(date_of_birth, '+0 days') = date_of_birth),
    notes               TEXT,
    status              VARCHAR(20)   NOT NULL CHECK (length(status) <= 20),
    gender              VARCHAR(20) CHECK (gender IS NULL OR length(gender) <= 20),
    national_id         VARCHAR(50) CHECK (national_id IS NULL OR length(national_id) <= 50),
    national_id_type    VARCHAR(20) CHECK (national_id_type IS NULL OR length(national_id_type) <= 20),
    profession          VARCHAR(100) CHECK (profession IS NULL OR length(profession) <= 100),
    workplace           VARCHAR(200) CHECK (workplace IS NULL OR length(workplace) <= 200),
    preferred_language  VARCHAR(10)   NOT NULL CHECK (length(preferred_language) <= 10),
    address             TEXT CHECK (address IS NULL OR json_valid(address)),
    photo_url           VARCHAR(500) CHECK (photo_url IS NULL OR length(photo_url) <= 500),
    billing_name        VARCHAR(200) CHECK (billing_name IS NULL OR length(billing_name) <= 200),
    billing_tax_id      VARCHAR(50) CHECK (billing_tax_id IS NULL OR length(billing_tax_id) <= 50),
    billing_address     TEXT CHECK (billing_address IS NULL OR json_valid(billing_address)),
    billing_email       VARCHAR(255) CHECK (billing_email IS NULL OR length(billing_email) <= 255),
    created_at          TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at          TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    do_not_contact      BOOLEAN       NOT NULL CHECK (do_not_contact IN (0, 1)),
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinic_do_not_contact_active ON patients (clinic_id) WHERE do_not_contact = 0;
CREATE INDEX ix_patients_clinic_id ON patients (clinic_id);
CREATE INDEX ix_patients_clinic_status ON patients (clinic_id, status);

CREATE TABLE patients_clinical_medical_context (
    patient_id                       UUID              NOT NULL REFERENCES patients (id) ON DELETE CASCADE CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    clinic_id                        UUID              NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    is_pregnant                      BOOLEAN           NOT NULL CHECK (is_pregnant IN (0, 1)),
    pregnancy_week                   INTEGER CHECK (pregnancy_week IS NULL OR typeof(pregnancy_week) = 'integer'),
    is_lactating                     BOOLEAN           NOT NULL CHECK (is_lactating IN (0, 1)),
    is_on_anticoagulants             BOOLEAN           NOT NULL CHECK (is_on_anticoagulants IN (0, 1)),
    anticoagulant_medication         VARCHAR(100) CHECK (anticoagulant_medication IS NULL OR length(anticoagulant_medication) <= 100),
    inr_value                        DOUBLE PRECISION CHECK (inr_value IS NULL OR typeof(inr_value) = 'real'),
    last_inr_date                    DATE CHECK (last_inr_date IS NULL OR date(last_inr_date, '+0 days') = last_inr_date),
    is_smoker                        BOOLEAN           NOT NULL CHECK (is_smoker IN (0, 1)),
    smoking_frequency                VARCHAR(100) CHECK (smoking_frequency IS NULL OR length(smoking_frequency) <= 100),
    alcohol_consumption              VARCHAR(100) CHECK (alcohol_consumption IS NULL OR length(alcohol_consumption) <= 100),
    bruxism                          BOOLEAN           NOT NULL CHECK (bruxism IN (0, 1)),
    adverse_reactions_to_anesthesia  BOOLEAN           NOT NULL CHECK (adverse_reactions_to_anesthesia IN (0, 1)),
    anesthesia_reaction_details      VARCHAR(500) CHECK (anesthesia_reaction_details IS NULL OR length(anesthesia_reaction_details) <= 500),
    last_updated_at                  TIMESTAMPTZ CHECK (last_updated_at IS NULL OR julianday(last_updated_at) IS NOT NULL),
    last_updated_by                  UUID CHECK (last_updated_by IS NULL OR (typeof(last_updated_by) = 'text' AND length(last_updated_by) = 36)),
    created_at                       TIMESTAMPTZ       NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                       TIMESTAMPTZ       NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (patient_id)
);
CREATE INDEX ix_patients_clinical_medical_context_clinic_id ON patients_clinical_medical_context (clinic_id);

CREATE TABLE patients_clinical_allergy (
    id          UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    patient_id  UUID          NOT NULL REFERENCES patients (id) ON DELETE CASCADE CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    clinic_id   UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    name        VARCHAR(100)  NOT NULL CHECK (length(name) <= 100),
    type        VARCHAR(50) CHECK (type IS NULL OR length(type) <= 50),
    severity    VARCHAR(20)   NOT NULL CHECK (length(severity) <= 20),
    reaction    VARCHAR(500) CHECK (reaction IS NULL OR length(reaction) <= 500),
    notes       TEXT,
    created_at  TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at  TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinical_allergy_clinic_id ON patients_clinical_allergy (clinic_id);
CREATE INDEX ix_patients_clinical_allergy_patient_id ON patients_clinical_allergy (patient_id);
CREATE INDEX ix_patients_clinical_allergy_severity ON patients_clinical_allergy (severity);

CREATE TABLE patients_clinical_medication (
    id          UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    patient_id  UUID          NOT NULL REFERENCES patients (id) ON DELETE CASCADE CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    clinic_id   UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    name        VARCHAR(100)  NOT NULL CHECK (length(name) <= 100),
    dosage      VARCHAR(100) CHECK (dosage IS NULL OR length(dosage) <= 100),
    frequency   VARCHAR(100) CHECK (frequency IS NULL OR length(frequency) <= 100),
    start_date  DATE CHECK (start_date IS NULL OR date(start_date, '+0 days') = start_date),
    notes       TEXT,
    created_at  TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at  TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinical_medication_clinic_id ON patients_clinical_medication (clinic_id);
CREATE INDEX ix_patients_clinical_medication_patient_id ON patients_clinical_medication (patient_id);

CREATE TABLE patients_clinical_systemic_disease (
    id              UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    patient_id      UUID          NOT NULL REFERENCES patients (id) ON DELETE CASCADE CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    clinic_id       UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    name            VARCHAR(100)  NOT NULL CHECK (length(name) <= 100),
    type            VARCHAR(50) CHECK (type IS NULL OR length(type) <= 50),
    diagnosis_date  DATE CHECK (diagnosis_date IS NULL OR date(diagnosis_date, '+0 days') = diagnosis_date),
    is_controlled   BOOLEAN       NOT NULL CHECK (is_controlled IN (0, 1)),
    is_critical     BOOLEAN       NOT NULL CHECK (is_critical IN (0, 1)),
    medications     TEXT,
    notes           TEXT,
    created_at      TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at      TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_patients_clinical_systemic_disease_clinic_id ON patients_clinical_systemic_disease (clinic_id);
CREATE INDEX ix_patients_clinical_systemic_disease_is_critical ON patients_clinical_systemic_disease (is_critical);
CREATE INDEX ix_patients_clinical_systemic_disease_patient_id ON patients_clinical_systemic_disease (patient_id);


-- --------------------------------------------------------------------------
-- 5. Odontogram
-- treatments.budget_item_id carries no foreign key.
CREATE TABLE tooth_records (
    id                  UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id           UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id          UUID         NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    tooth_number        INTEGER      NOT NULL CHECK (typeof(tooth_number) = 'integer'),
    tooth_type          VARCHAR(20)  NOT NULL CHECK (length(tooth_type) <= 20),
    general_condition   VARCHAR(30)  NOT NULL CHECK (length(general_condition) <= 30),
    surfaces            TEXT         NOT NULL CHECK (json_valid(surfaces)),
    notes               TEXT,
    is_displaced        BOOLEAN      NOT NULL CHECK (is_displaced IN (0, 1)),
    is_rotated          BOOLEAN      NOT NULL CHECK (is_rotated IN (0, 1)),
    displacement_notes  TEXT,
    created_at          TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at          TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT uq_patient_tooth UNIQUE (patient_id, tooth_number)
);
CREATE INDEX idx_tooth_records_clinic_patient ON tooth_records (clinic_id, patient_id);
CREATE INDEX idx_tooth_records_patient ON tooth_records (patient_id);
CREATE INDEX ix_tooth_records_clinic_id ON tooth_records (clinic_id);
CREATE INDEX ix_tooth_records_patient_id ON tooth_records (patient_id);

CREATE TABLE treatments (
    id                 UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id          UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id         UUID           NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    clinical_type      VARCHAR(30)    NOT NULL CHECK (length(clinical_type) <= 30),
    scope              VARCHAR(20)    NOT NULL CHECK (length(scope) <= 20),
    arch               VARCHAR(10) CHECK (arch IS NULL OR length(arch) <= 10),
    catalog_item_id    UUID            REFERENCES treatment_catalog_items (id) CHECK (catalog_item_id IS NULL OR (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36)),
    status             VARCHAR(20)    NOT NULL CHECK (length(status) <= 20),
    recorded_at        TIMESTAMPTZ    NOT NULL CHECK (julianday(recorded_at) IS NOT NULL),
    performed_at       TIMESTAMPTZ CHECK (performed_at IS NULL OR julianday(performed_at) IS NOT NULL),
    performed_by       UUID            REFERENCES users (id) CHECK (performed_by IS NULL OR (typeof(performed_by) = 'text' AND length(performed_by) = 36)),
    price_snapshot     TEXT_DECIMAL(10,2) CHECK (price_snapshot IS NULL OR (typeof(price_snapshot) = 'text' AND (price_snapshot GLOB '[0-9]*.[0-9][0-9]' AND length(price_snapshot) <= 11 OR price_snapshot GLOB '-[0-9]*.[0-9][0-9]' AND length(price_snapshot) <= 12) AND price_snapshot NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    duration_snapshot  INTEGER CHECK (duration_snapshot IS NULL OR typeof(duration_snapshot) = 'integer'),
    vat_rate_snapshot  TEXT_DECIMAL(5,2) CHECK (vat_rate_snapshot IS NULL OR (typeof(vat_rate_snapshot) = 'text' AND (vat_rate_snapshot GLOB '[0-9]*.[0-9][0-9]' AND length(vat_rate_snapshot) <= 6 OR vat_rate_snapshot GLOB '-[0-9]*.[0-9][0-9]' AND length(vat_rate_snapshot) <= 7) AND vat_rate_snapshot NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    budget_item_id     UUID CHECK (budget_item_id IS NULL OR (typeof(budget_item_id) = 'text' AND length(budget_item_id) = 36)),
    notes              TEXT,
    source_module      VARCHAR(30)    NOT NULL CHECK (length(source_module) <= 30),
    deleted_at         TIMESTAMPTZ CHECK (deleted_at IS NULL OR julianday(deleted_at) IS NOT NULL),
    created_at         TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at         TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
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
    id               UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    treatment_id     UUID         NOT NULL REFERENCES treatments (id) ON DELETE CASCADE CHECK (typeof(treatment_id) = 'text' AND length(treatment_id) = 36),
    tooth_record_id  UUID         NOT NULL REFERENCES tooth_records (id) CHECK (typeof(tooth_record_id) = 'text' AND length(tooth_record_id) = 36),
    tooth_number     INTEGER      NOT NULL CHECK (typeof(tooth_number) = 'integer'),
    role             VARCHAR(20) CHECK (role IS NULL OR length(role) <= 20),
    surfaces         TEXT CHECK (surfaces IS NULL OR json_valid(surfaces)),
    created_at       TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at       TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
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
    id                        UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id                 UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id                UUID           NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    budget_number             VARCHAR(50)    NOT NULL CHECK (length(budget_number) <= 50),
    version                   INTEGER        NOT NULL CHECK (typeof(version) = 'integer'),
    parent_budget_id          UUID            REFERENCES budgets (id) CHECK (parent_budget_id IS NULL OR (typeof(parent_budget_id) = 'text' AND length(parent_budget_id) = 36)),
    status                    VARCHAR(30)    NOT NULL CHECK (length(status) <= 30),
    valid_from                DATE           NOT NULL CHECK (date(valid_from, '+0 days') = valid_from),
    valid_until               DATE CHECK (valid_until IS NULL OR date(valid_until, '+0 days') = valid_until),
    created_by                UUID           NOT NULL REFERENCES users (id) CHECK (typeof(created_by) = 'text' AND length(created_by) = 36),
    assigned_professional_id  UUID            REFERENCES users (id) CHECK (assigned_professional_id IS NULL OR (typeof(assigned_professional_id) = 'text' AND length(assigned_professional_id) = 36)),
    global_discount_type      VARCHAR(20) CHECK (global_discount_type IS NULL OR length(global_discount_type) <= 20),
    global_discount_value     TEXT_DECIMAL(10,2) CHECK (global_discount_value IS NULL OR (typeof(global_discount_value) = 'text' AND (global_discount_value GLOB '[0-9]*.[0-9][0-9]' AND length(global_discount_value) <= 11 OR global_discount_value GLOB '-[0-9]*.[0-9][0-9]' AND length(global_discount_value) <= 12) AND global_discount_value NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    subtotal                  TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(subtotal) = 'text' AND (subtotal GLOB '[0-9]*.[0-9][0-9]' AND length(subtotal) <= 13 OR subtotal GLOB '-[0-9]*.[0-9][0-9]' AND length(subtotal) <= 14) AND subtotal NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    total_discount            TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(total_discount) = 'text' AND (total_discount GLOB '[0-9]*.[0-9][0-9]' AND length(total_discount) <= 13 OR total_discount GLOB '-[0-9]*.[0-9][0-9]' AND length(total_discount) <= 14) AND total_discount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    total_tax                 TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(total_tax) = 'text' AND (total_tax GLOB '[0-9]*.[0-9][0-9]' AND length(total_tax) <= 13 OR total_tax GLOB '-[0-9]*.[0-9][0-9]' AND length(total_tax) <= 14) AND total_tax NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    total                     TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(total) = 'text' AND (total GLOB '[0-9]*.[0-9][0-9]' AND length(total) <= 13 OR total GLOB '-[0-9]*.[0-9][0-9]' AND length(total) <= 14) AND total NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    internal_notes            TEXT,
    patient_notes             TEXT,
    insurance_estimate        TEXT_DECIMAL(12,2) CHECK (insurance_estimate IS NULL OR (typeof(insurance_estimate) = 'text' AND (insurance_estimate GLOB '[0-9]*.[0-9][0-9]' AND length(insurance_estimate) <= 13 OR insurance_estimate GLOB '-[0-9]*.[0-9][0-9]' AND length(insurance_estimate) <= 14) AND insurance_estimate NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    deleted_at                TIMESTAMPTZ CHECK (deleted_at IS NULL OR julianday(deleted_at) IS NOT NULL),
    created_at                TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    accepted_via              VARCHAR(20) CHECK (accepted_via IS NULL OR length(accepted_via) <= 20),
    rejection_reason          VARCHAR(50) CHECK (rejection_reason IS NULL OR length(rejection_reason) <= 50),
    rejection_note            TEXT,
    public_token              UUID           NOT NULL CHECK (typeof(public_token) = 'text' AND length(public_token) = 36),
    viewed_at                 TIMESTAMPTZ CHECK (viewed_at IS NULL OR julianday(viewed_at) IS NOT NULL),
    last_reminder_sent_at     TIMESTAMPTZ CHECK (last_reminder_sent_at IS NULL OR julianday(last_reminder_sent_at) IS NOT NULL),
    public_auth_method        VARCHAR(20)    NOT NULL CHECK (length(public_auth_method) <= 20),
    public_auth_secret_hash   VARCHAR(255) CHECK (public_auth_secret_hash IS NULL OR length(public_auth_secret_hash) <= 255),
    public_locked_at          TIMESTAMPTZ CHECK (public_locked_at IS NULL OR julianday(public_locked_at) IS NOT NULL),
    plan_number_snapshot      VARCHAR(50) CHECK (plan_number_snapshot IS NULL OR length(plan_number_snapshot) <= 50),
    plan_status_snapshot      VARCHAR(20) CHECK (plan_status_snapshot IS NULL OR length(plan_status_snapshot) <= 20),
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
    id                 UUID              NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id          UUID              NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    budget_id          UUID              NOT NULL REFERENCES budgets (id) ON DELETE CASCADE CHECK (typeof(budget_id) = 'text' AND length(budget_id) = 36),
    catalog_item_id    UUID              NOT NULL REFERENCES treatment_catalog_items (id) CHECK (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36),
    unit_price         TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(unit_price) = 'text' AND (unit_price GLOB '[0-9]*.[0-9][0-9]' AND length(unit_price) <= 11 OR unit_price GLOB '-[0-9]*.[0-9][0-9]' AND length(unit_price) <= 12) AND unit_price NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    quantity           INTEGER           NOT NULL CHECK (typeof(quantity) = 'integer'),
    discount_type      VARCHAR(20) CHECK (discount_type IS NULL OR length(discount_type) <= 20),
    discount_value     TEXT_DECIMAL(10,2) CHECK (discount_value IS NULL OR (typeof(discount_value) = 'text' AND (discount_value GLOB '[0-9]*.[0-9][0-9]' AND length(discount_value) <= 11 OR discount_value GLOB '-[0-9]*.[0-9][0-9]' AND length(discount_value) <= 12) AND discount_value NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    vat_type_id        UUID               REFERENCES vat_types (id) CHECK (vat_type_id IS NULL OR (typeof(vat_type_id) = 'text' AND length(vat_type_id) = 36)),
    vat_rate           DOUBLE PRECISION  NOT NULL CHECK (typeof(vat_rate) = 'real'),
    line_subtotal      TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_subtotal) = 'text' AND (line_subtotal GLOB '[0-9]*.[0-9][0-9]' AND length(line_subtotal) <= 11 OR line_subtotal GLOB '-[0-9]*.[0-9][0-9]' AND length(line_subtotal) <= 12) AND line_subtotal NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    line_discount      TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_discount) = 'text' AND (line_discount GLOB '[0-9]*.[0-9][0-9]' AND length(line_discount) <= 11 OR line_discount GLOB '-[0-9]*.[0-9][0-9]' AND length(line_discount) <= 12) AND line_discount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    line_tax           TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_tax) = 'text' AND (line_tax GLOB '[0-9]*.[0-9][0-9]' AND length(line_tax) <= 11 OR line_tax GLOB '-[0-9]*.[0-9][0-9]' AND length(line_tax) <= 12) AND line_tax NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    line_total         TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_total) = 'text' AND (line_total GLOB '[0-9]*.[0-9][0-9]' AND length(line_total) <= 11 OR line_total GLOB '-[0-9]*.[0-9][0-9]' AND length(line_total) <= 12) AND line_total NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    tooth_number       INTEGER CHECK (tooth_number IS NULL OR typeof(tooth_number) = 'integer'),
    surfaces           TEXT CHECK (surfaces IS NULL OR json_valid(surfaces)),
    treatment_id       UUID               REFERENCES treatments (id) CHECK (treatment_id IS NULL OR (typeof(treatment_id) = 'text' AND length(treatment_id) = 36)),
    invoiced_quantity  INTEGER           NOT NULL CHECK (typeof(invoiced_quantity) = 'integer'),
    display_order      INTEGER           NOT NULL CHECK (typeof(display_order) = 'integer'),
    notes              TEXT,
    created_at         TIMESTAMPTZ       NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at         TIMESTAMPTZ       NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
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
    id              UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id       UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    budget_id       UUID         NOT NULL REFERENCES budgets (id) ON DELETE CASCADE CHECK (typeof(budget_id) = 'text' AND length(budget_id) = 36),
    action          VARCHAR(30)  NOT NULL CHECK (length(action) <= 30),
    changed_by      UUID         NOT NULL REFERENCES users (id) CHECK (typeof(changed_by) = 'text' AND length(changed_by) = 36),
    changed_at      TIMESTAMPTZ  NOT NULL CHECK (julianday(changed_at) IS NOT NULL),
    previous_state  TEXT CHECK (previous_state IS NULL OR json_valid(previous_state)),
    new_state       TEXT CHECK (new_state IS NULL OR json_valid(new_state)),
    notes           TEXT,
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
    id                        UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id                 UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id                UUID          NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    plan_number               VARCHAR(50)   NOT NULL CHECK (length(plan_number) <= 50),
    title                     VARCHAR(200) CHECK (title IS NULL OR length(title) <= 200),
    status                    VARCHAR(20)   NOT NULL CHECK (length(status) <= 20),
    budget_id                 UUID           REFERENCES budgets (id) CHECK (budget_id IS NULL OR (typeof(budget_id) = 'text' AND length(budget_id) = 36)),
    assigned_professional_id  UUID           REFERENCES users (id) CHECK (assigned_professional_id IS NULL OR (typeof(assigned_professional_id) = 'text' AND length(assigned_professional_id) = 36)),
    created_by                UUID          NOT NULL REFERENCES users (id) CHECK (typeof(created_by) = 'text' AND length(created_by) = 36),
    diagnosis_notes           TEXT,
    internal_notes            TEXT,
    deleted_at                TIMESTAMPTZ CHECK (deleted_at IS NULL OR julianday(deleted_at) IS NOT NULL),
    created_at                TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    closure_reason            VARCHAR(50) CHECK (closure_reason IS NULL OR length(closure_reason) <= 50),
    closure_note              TEXT,
    closed_at                 TIMESTAMPTZ CHECK (closed_at IS NULL OR julianday(closed_at) IS NOT NULL),
    confirmed_at              TIMESTAMPTZ CHECK (confirmed_at IS NULL OR julianday(confirmed_at) IS NOT NULL),
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
    id                             UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id                      UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    treatment_plan_id              UUID         NOT NULL REFERENCES treatment_plans (id) ON DELETE CASCADE CHECK (typeof(treatment_plan_id) = 'text' AND length(treatment_plan_id) = 36),
    treatment_id                   UUID         NOT NULL REFERENCES treatments (id) ON DELETE CASCADE CHECK (typeof(treatment_id) = 'text' AND length(treatment_id) = 36),
    sequence_order                 INTEGER      NOT NULL CHECK (typeof(sequence_order) = 'integer'),
    status                         VARCHAR(20)  NOT NULL CHECK (length(status) <= 20),
    completed_without_appointment  BOOLEAN      NOT NULL CHECK (completed_without_appointment IN (0, 1)),
    completed_at                   TIMESTAMPTZ CHECK (completed_at IS NULL OR julianday(completed_at) IS NOT NULL),
    completed_by                   UUID          REFERENCES users (id) CHECK (completed_by IS NULL OR (typeof(completed_by) = 'text' AND length(completed_by) = 36)),
    notes                          TEXT,
    created_at                     TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                     TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    assigned_professional_id       UUID          CONSTRAINT fk_planned_items_assigned_professional REFERENCES users (id) CHECK (assigned_professional_id IS NULL OR (typeof(assigned_professional_id) = 'text' AND length(assigned_professional_id) = 36)),
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
    id            UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    plan_item_id  UUID           NOT NULL REFERENCES planned_treatment_items (id) ON DELETE CASCADE CHECK (typeof(plan_item_id) = 'text' AND length(plan_item_id) = 36),
    sequence      INTEGER        NOT NULL CHECK (typeof(sequence) = 'integer'),
    label         VARCHAR(120) CHECK (label IS NULL OR length(label) <= 120),
    amount        TEXT_DECIMAL(10,2)  NOT NULL CHECK (typeof(amount) = 'text' AND (amount GLOB '[0-9]*.[0-9][0-9]' AND length(amount) <= 11 OR amount GLOB '-[0-9]*.[0-9][0-9]' AND length(amount) <= 12) AND amount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    status        VARCHAR(20)    NOT NULL DEFAULT 'pending' CHECK (length(status) <= 20),
    completed_at  TIMESTAMPTZ CHECK (completed_at IS NULL OR julianday(completed_at) IS NOT NULL),
    completed_by  UUID            REFERENCES users (id) CHECK (completed_by IS NULL OR (typeof(completed_by) = 'text' AND length(completed_by) = 36)),
    notes         TEXT,
    created_at    TIMESTAMPTZ    NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(created_at) IS NOT NULL),
    updated_at    TIMESTAMPTZ    NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT uq_plan_item_session_sequence UNIQUE (plan_item_id, sequence)
);
CREATE INDEX idx_pti_session_plan_item ON planned_treatment_item_sessions (plan_item_id);
CREATE INDEX ix_pti_session_plan_item_status ON planned_treatment_item_sessions (plan_item_id, status);


-- --------------------------------------------------------------------------
-- 8. Agenda
CREATE TABLE appointments (
    id                    UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id             UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id            UUID           REFERENCES patients (id) CHECK (patient_id IS NULL OR (typeof(patient_id) = 'text' AND length(patient_id) = 36)),
    professional_id       UUID          NOT NULL REFERENCES users (id) CHECK (typeof(professional_id) = 'text' AND length(professional_id) = 36),
    cabinet               VARCHAR(50) CHECK (cabinet IS NULL OR length(cabinet) <= 50),
    cabinet_id            UUID           REFERENCES cabinets (id) CHECK (cabinet_id IS NULL OR (typeof(cabinet_id) = 'text' AND length(cabinet_id) = 36)),
    start_time            TIMESTAMPTZ   NOT NULL CHECK (julianday(start_time) IS NOT NULL),
    end_time              TIMESTAMPTZ   NOT NULL CHECK (julianday(end_time) IS NOT NULL),
    treatment_type        VARCHAR(100) CHECK (treatment_type IS NULL OR length(treatment_type) <= 100),
    status                VARCHAR(20)   NOT NULL CHECK (length(status) <= 20),
    color                 VARCHAR(7) CHECK (color IS NULL OR length(color) <= 7),
    created_at            TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at            TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    current_status_since  TIMESTAMPTZ   NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(current_status_since) IS NOT NULL),
    cabinet_assigned_at   TIMESTAMPTZ CHECK (cabinet_assigned_at IS NULL OR julianday(cabinet_assigned_at) IS NOT NULL),
    cabinet_assigned_by   UUID           REFERENCES users (id) CHECK (cabinet_assigned_by IS NULL OR (typeof(cabinet_assigned_by) = 'text' AND length(cabinet_assigned_by) = 36)),
    PRIMARY KEY (id),
    CONSTRAINT ck_appointment_status_valid CHECK (
        status IN ('scheduled','confirmed','checked_in','in_treatment','completed','cancelled','no_show'))
);
CREATE UNIQUE INDEX idx_appointment_slot ON appointments (clinic_id, cabinet_id, professional_id, start_time) WHERE status NOT IN ('cancelled','completed','no_show');
CREATE INDEX ix_appointments_cabinet_id ON appointments (cabinet_id);
CREATE INDEX ix_appointments_clinic_id ON appointments (clinic_id);
CREATE INDEX ix_appointments_start_time ON appointments (start_time);

CREATE TABLE appointment_status_events (
    id              UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id       UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    appointment_id  UUID         NOT NULL REFERENCES appointments (id) ON DELETE CASCADE CHECK (typeof(appointment_id) = 'text' AND length(appointment_id) = 36),
    from_status     VARCHAR(20) CHECK (from_status IS NULL OR length(from_status) <= 20),
    to_status       VARCHAR(20)  NOT NULL CHECK (length(to_status) <= 20),
    changed_at      TIMESTAMPTZ  NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(changed_at) IS NOT NULL),
    changed_by      UUID          REFERENCES users (id) CHECK (changed_by IS NULL OR (typeof(changed_by) = 'text' AND length(changed_by) = 36)),
    note            TEXT,
    created_at      TIMESTAMPTZ  NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(created_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_status_events_appointment_changed_at ON appointment_status_events (appointment_id, changed_at);
CREATE INDEX ix_appointment_status_events_appointment_id ON appointment_status_events (appointment_id);
CREATE INDEX ix_appointment_status_events_clinic_id ON appointment_status_events (clinic_id);

CREATE TABLE appointment_cabinet_events (
    id               UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id        UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    appointment_id   UUID         NOT NULL REFERENCES appointments (id) ON DELETE CASCADE CHECK (typeof(appointment_id) = 'text' AND length(appointment_id) = 36),
    from_cabinet_id  UUID          REFERENCES cabinets (id) CHECK (from_cabinet_id IS NULL OR (typeof(from_cabinet_id) = 'text' AND length(from_cabinet_id) = 36)),
    to_cabinet_id    UUID          REFERENCES cabinets (id) CHECK (to_cabinet_id IS NULL OR (typeof(to_cabinet_id) = 'text' AND length(to_cabinet_id) = 36)),
    changed_at       TIMESTAMPTZ  NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(changed_at) IS NOT NULL),
    changed_by       UUID          REFERENCES users (id) CHECK (changed_by IS NULL OR (typeof(changed_by) = 'text' AND length(changed_by) = 36)),
    note             TEXT,
    created_at       TIMESTAMPTZ  NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(created_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_cabinet_events_appointment_changed_at ON appointment_cabinet_events (appointment_id, changed_at);
CREATE INDEX ix_appointment_cabinet_events_appointment_id ON appointment_cabinet_events (appointment_id);
CREATE INDEX ix_appointment_cabinet_events_clinic_id ON appointment_cabinet_events (clinic_id);

CREATE TABLE appointment_treatments (
    id                         UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    appointment_id             UUID         NOT NULL REFERENCES appointments (id) ON DELETE CASCADE CHECK (typeof(appointment_id) = 'text' AND length(appointment_id) = 36),
    planned_treatment_item_id  UUID         NOT NULL CONSTRAINT fk_appointment_treatments_planned_item REFERENCES planned_treatment_items (id) CHECK (typeof(planned_treatment_item_id) = 'text' AND length(planned_treatment_item_id) = 36),
    catalog_item_id            UUID          REFERENCES treatment_catalog_items (id) ON DELETE SET NULL CHECK (catalog_item_id IS NULL OR (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36)),
    display_order              INTEGER      NOT NULL CHECK (typeof(display_order) = 'integer'),
    created_at                 TIMESTAMPTZ  NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(created_at) IS NOT NULL),
    completed_in_appointment   BOOLEAN      NOT NULL CHECK (completed_in_appointment IN (0, 1)),
    notes                      TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX ix_appointment_treatments_appointment_id ON appointment_treatments (appointment_id);
CREATE INDEX ix_appointment_treatments_planned_treatment_item_id ON appointment_treatments (planned_treatment_item_id);


-- --------------------------------------------------------------------------
-- 9. Clinical notes
-- owner_id points to a patient, a treatment, a plan or an appointment, so it has no foreign key.
CREATE TABLE clinical_notes (
    id            UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id     UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    owner_type    VARCHAR(20)  NOT NULL CHECK (length(owner_type) <= 20),
    owner_id      UUID         NOT NULL CHECK (typeof(owner_id) = 'text' AND length(owner_id) = 36),
    body          TEXT         NOT NULL,
    author_id     UUID         NOT NULL REFERENCES users (id) CHECK (typeof(author_id) = 'text' AND length(author_id) = 36),
    deleted_at    TIMESTAMPTZ CHECK (deleted_at IS NULL OR julianday(deleted_at) IS NOT NULL),
    created_at    TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at    TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    note_type     VARCHAR(40)  NOT NULL CHECK (length(note_type) <= 40),
    tooth_number  INTEGER CHECK (tooth_number IS NULL OR typeof(tooth_number) = 'integer'),
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
    id                             UUID         NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id                      UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id                     UUID         NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    due_month                      DATE         NOT NULL CHECK (date(due_month, '+0 days') = due_month),
    due_date                       DATE CHECK (due_date IS NULL OR date(due_date, '+0 days') = due_date),
    reason                         VARCHAR(40)  NOT NULL CHECK (length(reason) <= 40),
    reason_note                    TEXT,
    priority                       VARCHAR(10)  NOT NULL CHECK (length(priority) <= 10),
    status                         VARCHAR(30)  NOT NULL CHECK (length(status) <= 30),
    recommended_by                 UUID          REFERENCES users (id) CHECK (recommended_by IS NULL OR (typeof(recommended_by) = 'text' AND length(recommended_by) = 36)),
    assigned_professional_id       UUID          REFERENCES users (id) CHECK (assigned_professional_id IS NULL OR (typeof(assigned_professional_id) = 'text' AND length(assigned_professional_id) = 36)),
    last_contact_attempt_at        TIMESTAMPTZ CHECK (last_contact_attempt_at IS NULL OR julianday(last_contact_attempt_at) IS NOT NULL),
    contact_attempt_count          INTEGER      NOT NULL CHECK (typeof(contact_attempt_count) = 'integer'),
    linked_appointment_id          UUID          REFERENCES appointments (id) CHECK (linked_appointment_id IS NULL OR (typeof(linked_appointment_id) = 'text' AND length(linked_appointment_id) = 36)),
    linked_treatment_id            UUID CHECK (linked_treatment_id IS NULL OR (typeof(linked_treatment_id) = 'text' AND length(linked_treatment_id) = 36)),
    linked_treatment_category_key  VARCHAR(80) CHECK (linked_treatment_category_key IS NULL OR length(linked_treatment_category_key) <= 80),
    completed_at                   TIMESTAMPTZ CHECK (completed_at IS NULL OR julianday(completed_at) IS NOT NULL),
    created_at                     TIMESTAMPTZ  NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at                     TIMESTAMPTZ  NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id)
);
CREATE INDEX ix_recalls_clinic_due_month_status ON recalls (clinic_id, due_month, status);
CREATE INDEX ix_recalls_clinic_id ON recalls (clinic_id);
CREATE INDEX ix_recalls_clinic_patient_reason_status ON recalls (clinic_id, patient_id, reason, status);
CREATE INDEX ix_recalls_due_month ON recalls (due_month);
CREATE INDEX ix_recalls_patient_id ON recalls (patient_id);
CREATE INDEX ix_recalls_status ON recalls (status);

CREATE TABLE recall_settings (
    clinic_id                            UUID         NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    reason_intervals                     TEXT         NOT NULL CHECK (json_valid(reason_intervals)),
    category_to_reason                   TEXT         NOT NULL CHECK (json_valid(category_to_reason)),
    auto_suggest_on_treatment_completed  BOOLEAN      NOT NULL CHECK (auto_suggest_on_treatment_completed IN (0, 1)),
    auto_link_on_appointment_scheduled   BOOLEAN      NOT NULL CHECK (auto_link_on_appointment_scheduled IN (0, 1)),
    updated_at                           TIMESTAMPTZ  NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (clinic_id)
);


-- --------------------------------------------------------------------------
-- 11. Payments
CREATE TABLE payments (
    id            UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id     UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id    UUID           NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    amount        TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(amount) = 'text' AND (amount GLOB '[0-9]*.[0-9][0-9]' AND length(amount) <= 13 OR amount GLOB '-[0-9]*.[0-9][0-9]' AND length(amount) <= 14) AND amount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    currency      VARCHAR(3)     NOT NULL CHECK (length(currency) <= 3),
    method        VARCHAR(30)    NOT NULL CHECK (length(method) <= 30),
    payment_date  DATE           NOT NULL CHECK (date(payment_date, '+0 days') = payment_date),
    reference     VARCHAR(100) CHECK (reference IS NULL OR length(reference) <= 100),
    notes         TEXT,
    recorded_by   UUID           NOT NULL REFERENCES users (id) CHECK (typeof(recorded_by) = 'text' AND length(recorded_by) = 36),
    created_at    TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at    TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT ck_payments_amount_positive CHECK (CAST(amount AS REAL) > 0)
);
CREATE INDEX idx_payments_clinic_date ON payments (clinic_id, payment_date);
CREATE INDEX idx_payments_clinic_method ON payments (clinic_id, method);
CREATE INDEX idx_payments_clinic_patient ON payments (clinic_id, patient_id);

CREATE TABLE refunds (
    id           UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id    UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    payment_id   UUID           NOT NULL REFERENCES payments (id) ON DELETE RESTRICT CHECK (typeof(payment_id) = 'text' AND length(payment_id) = 36),
    amount       TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(amount) = 'text' AND (amount GLOB '[0-9]*.[0-9][0-9]' AND length(amount) <= 13 OR amount GLOB '-[0-9]*.[0-9][0-9]' AND length(amount) <= 14) AND amount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    method       VARCHAR(30)    NOT NULL CHECK (length(method) <= 30),
    reason_code  VARCHAR(30)    NOT NULL CHECK (length(reason_code) <= 30),
    reason_note  TEXT,
    refunded_at  TIMESTAMPTZ    NOT NULL CHECK (julianday(refunded_at) IS NOT NULL),
    refunded_by  UUID           NOT NULL REFERENCES users (id) CHECK (typeof(refunded_by) = 'text' AND length(refunded_by) = 36),
    created_at   TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at   TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT ck_refund_amount_positive CHECK (CAST(amount AS REAL) > 0)
);
CREATE INDEX idx_refund_clinic_date ON refunds (clinic_id, refunded_at);
CREATE INDEX idx_refund_payment ON refunds (payment_id);

CREATE TABLE patient_earned_entries (
    id                 UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id          UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id         UUID           NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    treatment_id       UUID           NOT NULL CHECK (typeof(treatment_id) = 'text' AND length(treatment_id) = 36),
    catalog_item_id    UUID CHECK (catalog_item_id IS NULL OR (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36)),
    amount             TEXT_DECIMAL(10,2)  NOT NULL CHECK (typeof(amount) = 'text' AND (amount GLOB '[0-9]*.[0-9][0-9]' AND length(amount) <= 11 OR amount GLOB '-[0-9]*.[0-9][0-9]' AND length(amount) <= 12) AND amount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    performed_at       TIMESTAMPTZ    NOT NULL CHECK (julianday(performed_at) IS NOT NULL),
    professional_id    UUID CHECK (professional_id IS NULL OR (typeof(professional_id) = 'text' AND length(professional_id) = 36)),
    source_event       VARCHAR(50)    NOT NULL CHECK (length(source_event) <= 50),
    created_at         TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at         TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    source_session_id  UUID CHECK (source_session_id IS NULL OR (typeof(source_session_id) = 'text' AND length(source_session_id) = 36)),
    description        VARCHAR(160) CHECK (description IS NULL OR length(description) <= 160),
    PRIMARY KEY (id),
    CONSTRAINT uq_earned_treatment_session UNIQUE (treatment_id, source_session_id)
);
CREATE INDEX idx_earned_clinic_patient ON patient_earned_entries (clinic_id, patient_id);
CREATE INDEX idx_earned_clinic_performed ON patient_earned_entries (clinic_id, performed_at);
CREATE INDEX ix_patient_earned_entries_source_session_id ON patient_earned_entries (source_session_id);
CREATE UNIQUE INDEX uq_earned_treatment_null_session ON patient_earned_entries (treatment_id) WHERE source_session_id IS NULL;

CREATE TABLE payment_allocations (
    id           UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id    UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    payment_id   UUID           NOT NULL REFERENCES payments (id) ON DELETE CASCADE CHECK (typeof(payment_id) = 'text' AND length(payment_id) = 36),
    target_type  VARCHAR(20)    NOT NULL CHECK (length(target_type) <= 20),
    budget_id    UUID            REFERENCES budgets (id) ON DELETE RESTRICT CHECK (budget_id IS NULL OR (typeof(budget_id) = 'text' AND length(budget_id) = 36)),
    amount       TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(amount) = 'text' AND (amount GLOB '[0-9]*.[0-9][0-9]' AND length(amount) <= 13 OR amount GLOB '-[0-9]*.[0-9][0-9]' AND length(amount) <= 14) AND amount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    created_by   UUID           NOT NULL REFERENCES users (id) CHECK (typeof(created_by) = 'text' AND length(created_by) = 36),
    created_at   TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at   TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT ck_alloc_amount_positive CHECK (CAST(amount AS REAL) > 0),
    CONSTRAINT ck_alloc_target_consistency CHECK (
        (target_type = 'budget' AND budget_id IS NOT NULL) OR (target_type = 'on_account' AND budget_id IS NULL))
);
CREATE INDEX idx_alloc_clinic_budget ON payment_allocations (clinic_id, budget_id);
CREATE INDEX idx_alloc_payment ON payment_allocations (payment_id);


-- --------------------------------------------------------------------------
-- 12. Invoices
CREATE TABLE invoice_series (
    id               UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id        UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    prefix           VARCHAR(20)   NOT NULL CHECK (length(prefix) <= 20),
    series_type      VARCHAR(20)   NOT NULL CHECK (length(series_type) <= 20),
    description      VARCHAR(200) CHECK (description IS NULL OR length(description) <= 200),
    current_number   INTEGER       NOT NULL CHECK (typeof(current_number) = 'integer'),
    reset_yearly     BOOLEAN       NOT NULL CHECK (reset_yearly IN (0, 1)),
    last_reset_year  INTEGER CHECK (last_reset_year IS NULL OR typeof(last_reset_year) = 'integer'),
    is_default       BOOLEAN       NOT NULL CHECK (is_default IN (0, 1)),
    is_active        BOOLEAN       NOT NULL CHECK (is_active IN (0, 1)),
    created_at       TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at       TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT uq_invoice_series_clinic_prefix UNIQUE (clinic_id, prefix)
);
CREATE INDEX idx_invoice_series_clinic ON invoice_series (clinic_id);
CREATE INDEX idx_invoice_series_clinic_type ON invoice_series (clinic_id, series_type);
CREATE INDEX ix_invoice_series_clinic_id ON invoice_series (clinic_id);

CREATE TABLE invoices (
    id                  UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id           UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id          UUID           NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    invoice_number      VARCHAR(50) CHECK (invoice_number IS NULL OR length(invoice_number) <= 50),
    series_id           UUID            REFERENCES invoice_series (id) CHECK (series_id IS NULL OR (typeof(series_id) = 'text' AND length(series_id) = 36)),
    sequential_number   INTEGER CHECK (sequential_number IS NULL OR typeof(sequential_number) = 'integer'),
    budget_id           UUID            REFERENCES budgets (id) CHECK (budget_id IS NULL OR (typeof(budget_id) = 'text' AND length(budget_id) = 36)),
    credit_note_for_id  UUID            REFERENCES invoices (id) CHECK (credit_note_for_id IS NULL OR (typeof(credit_note_for_id) = 'text' AND length(credit_note_for_id) = 36)),
    status              VARCHAR(20)    NOT NULL CHECK (length(status) <= 20),
    issue_date          DATE CHECK (issue_date IS NULL OR date(issue_date, '+0 days') = issue_date),
    due_date            DATE CHECK (due_date IS NULL OR date(due_date, '+0 days') = due_date),
    payment_term_days   INTEGER        NOT NULL CHECK (typeof(payment_term_days) = 'integer'),
    billing_name        VARCHAR(200) CHECK (billing_name IS NULL OR length(billing_name) <= 200),
    billing_tax_id      VARCHAR(50) CHECK (billing_tax_id IS NULL OR length(billing_tax_id) <= 50),
    billing_address     TEXT CHECK (billing_address IS NULL OR json_valid(billing_address)),
    billing_email       VARCHAR(255) CHECK (billing_email IS NULL OR length(billing_email) <= 255),
    subtotal            TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(subtotal) = 'text' AND (subtotal GLOB '[0-9]*.[0-9][0-9]' AND length(subtotal) <= 13 OR subtotal GLOB '-[0-9]*.[0-9][0-9]' AND length(subtotal) <= 14) AND subtotal NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    total_discount      TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(total_discount) = 'text' AND (total_discount GLOB '[0-9]*.[0-9][0-9]' AND length(total_discount) <= 13 OR total_discount GLOB '-[0-9]*.[0-9][0-9]' AND length(total_discount) <= 14) AND total_discount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    total_tax           TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(total_tax) = 'text' AND (total_tax GLOB '[0-9]*.[0-9][0-9]' AND length(total_tax) <= 13 OR total_tax GLOB '-[0-9]*.[0-9][0-9]' AND length(total_tax) <= 14) AND total_tax NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    total               TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(total) = 'text' AND (total GLOB '[0-9]*.[0-9][0-9]' AND length(total) <= 13 OR total GLOB '-[0-9]*.[0-9][0-9]' AND length(total) <= 14) AND total NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    internal_notes      TEXT,
    public_notes        TEXT,
    compliance_data     TEXT CHECK (compliance_data IS NULL OR json_valid(compliance_data)),
    document_hash       VARCHAR(64) CHECK (document_hash IS NULL OR length(document_hash) <= 64),
    previous_hash       VARCHAR(64) CHECK (previous_hash IS NULL OR length(previous_hash) <= 64),
    created_by          UUID           NOT NULL REFERENCES users (id) CHECK (typeof(created_by) = 'text' AND length(created_by) = 36),
    issued_by           UUID            REFERENCES users (id) CHECK (issued_by IS NULL OR (typeof(issued_by) = 'text' AND length(issued_by) = 36)),
    deleted_at          TIMESTAMPTZ CHECK (deleted_at IS NULL OR julianday(deleted_at) IS NOT NULL),
    created_at          TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at          TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    pdf_stale           BOOLEAN        NOT NULL CHECK (pdf_stale IN (0, 1)),
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
    id                 UUID              NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id          UUID              NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    invoice_id         UUID              NOT NULL REFERENCES invoices (id) ON DELETE CASCADE CHECK (typeof(invoice_id) = 'text' AND length(invoice_id) = 36),
    budget_item_id     UUID               REFERENCES budget_items (id) CHECK (budget_item_id IS NULL OR (typeof(budget_item_id) = 'text' AND length(budget_item_id) = 36)),
    catalog_item_id    UUID               REFERENCES treatment_catalog_items (id) CHECK (catalog_item_id IS NULL OR (typeof(catalog_item_id) = 'text' AND length(catalog_item_id) = 36)),
    description        VARCHAR(500)      NOT NULL CHECK (length(description) <= 500),
    internal_code      VARCHAR(50) CHECK (internal_code IS NULL OR length(internal_code) <= 50),
    unit_price         TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(unit_price) = 'text' AND (unit_price GLOB '[0-9]*.[0-9][0-9]' AND length(unit_price) <= 11 OR unit_price GLOB '-[0-9]*.[0-9][0-9]' AND length(unit_price) <= 12) AND unit_price NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    quantity           INTEGER           NOT NULL CHECK (typeof(quantity) = 'integer'),
    discount_type      VARCHAR(20) CHECK (discount_type IS NULL OR length(discount_type) <= 20),
    discount_value     TEXT_DECIMAL(10,2) CHECK (discount_value IS NULL OR (typeof(discount_value) = 'text' AND (discount_value GLOB '[0-9]*.[0-9][0-9]' AND length(discount_value) <= 11 OR discount_value GLOB '-[0-9]*.[0-9][0-9]' AND length(discount_value) <= 12) AND discount_value NOT GLOB '?*[^0-9]*.[0-9][0-9]')),
    vat_type_id        UUID               REFERENCES vat_types (id) CHECK (vat_type_id IS NULL OR (typeof(vat_type_id) = 'text' AND length(vat_type_id) = 36)),
    vat_rate           DOUBLE PRECISION  NOT NULL CHECK (typeof(vat_rate) = 'real'),
    vat_exempt_reason  VARCHAR(200) CHECK (vat_exempt_reason IS NULL OR length(vat_exempt_reason) <= 200),
    line_subtotal      TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_subtotal) = 'text' AND (line_subtotal GLOB '[0-9]*.[0-9][0-9]' AND length(line_subtotal) <= 11 OR line_subtotal GLOB '-[0-9]*.[0-9][0-9]' AND length(line_subtotal) <= 12) AND line_subtotal NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    line_discount      TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_discount) = 'text' AND (line_discount GLOB '[0-9]*.[0-9][0-9]' AND length(line_discount) <= 11 OR line_discount GLOB '-[0-9]*.[0-9][0-9]' AND length(line_discount) <= 12) AND line_discount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    line_tax           TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_tax) = 'text' AND (line_tax GLOB '[0-9]*.[0-9][0-9]' AND length(line_tax) <= 11 OR line_tax GLOB '-[0-9]*.[0-9][0-9]' AND length(line_tax) <= 12) AND line_tax NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    line_total         TEXT_DECIMAL(10,2)     NOT NULL CHECK (typeof(line_total) = 'text' AND (line_total GLOB '[0-9]*.[0-9][0-9]' AND length(line_total) <= 11 OR line_total GLOB '-[0-9]*.[0-9][0-9]' AND length(line_total) <= 12) AND line_total NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    tooth_number       INTEGER CHECK (tooth_number IS NULL OR typeof(tooth_number) = 'integer'),
    surfaces           TEXT CHECK (surfaces IS NULL OR json_valid(surfaces)),
    display_order      INTEGER           NOT NULL CHECK (typeof(display_order) = 'integer'),
    created_at         TIMESTAMPTZ       NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at         TIMESTAMPTZ       NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
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
    id          UUID           NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id   UUID           NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    invoice_id  UUID           NOT NULL REFERENCES invoices (id) ON DELETE CASCADE CHECK (typeof(invoice_id) = 'text' AND length(invoice_id) = 36),
    payment_id  UUID           NOT NULL REFERENCES payments (id) ON DELETE RESTRICT CHECK (typeof(payment_id) = 'text' AND length(payment_id) = 36),
    amount      TEXT_DECIMAL(12,2)  NOT NULL CHECK (typeof(amount) = 'text' AND (amount GLOB '[0-9]*.[0-9][0-9]' AND length(amount) <= 13 OR amount GLOB '-[0-9]*.[0-9][0-9]' AND length(amount) <= 14) AND amount NOT GLOB '?*[^0-9]*.[0-9][0-9]'),
    created_by  UUID           NOT NULL REFERENCES users (id) CHECK (typeof(created_by) = 'text' AND length(created_by) = 36),
    created_at  TIMESTAMPTZ    NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at  TIMESTAMPTZ    NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    PRIMARY KEY (id),
    CONSTRAINT ck_invpay_amount_positive CHECK (CAST(amount AS REAL) > 0)
);
CREATE INDEX idx_invpay_clinic_invoice ON invoice_payments (clinic_id, invoice_id);
CREATE INDEX idx_invpay_payment ON invoice_payments (payment_id);


-- --------------------------------------------------------------------------
-- 13. Documents
CREATE TABLE documents (
    id                  UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id           UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id          UUID          NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    document_type       VARCHAR(30)   NOT NULL CHECK (length(document_type) <= 30),
    title               VARCHAR(255)  NOT NULL CHECK (length(title) <= 255),
    description         TEXT,
    original_filename   VARCHAR(255)  NOT NULL CHECK (length(original_filename) <= 255),
    storage_path        VARCHAR(500)  NOT NULL CHECK (length(storage_path) <= 500),
    mime_type           VARCHAR(100)  NOT NULL CHECK (length(mime_type) <= 100),
    file_size           INTEGER       NOT NULL CHECK (typeof(file_size) = 'integer'),
    extra_data          TEXT CHECK (extra_data IS NULL OR json_valid(extra_data)),
    uploaded_by         UUID          NOT NULL REFERENCES users (id) CHECK (typeof(uploaded_by) = 'text' AND length(uploaded_by) = 36),
    status              VARCHAR(20)   NOT NULL CHECK (length(status) <= 20),
    created_at          TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    updated_at          TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    media_kind          VARCHAR(20)   NOT NULL DEFAULT 'document' CHECK (length(media_kind) <= 20),
    media_category      VARCHAR(20) CHECK (media_category IS NULL OR length(media_category) <= 20),
    media_subtype       VARCHAR(40) CHECK (media_subtype IS NULL OR length(media_subtype) <= 40),
    captured_at         TIMESTAMPTZ CHECK (captured_at IS NULL OR julianday(captured_at) IS NOT NULL),
    paired_document_id  UUID           CONSTRAINT fk_documents_paired_document_id REFERENCES documents (id) ON DELETE SET NULL CHECK (paired_document_id IS NULL OR (typeof(paired_document_id) = 'text' AND length(paired_document_id) = 36)),
    tags                TEXT          NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
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
    name               VARCHAR(100)  NOT NULL CHECK (length(name) <= 100),
    version            VARCHAR(50)   NOT NULL CHECK (length(version) <= 50),
    state              VARCHAR(30)   NOT NULL CHECK (length(state) <= 30),
    category           VARCHAR(20)   NOT NULL CHECK (length(category) <= 20),
    removable          BOOLEAN       NOT NULL CHECK (removable IN (0, 1)),
    auto_install       BOOLEAN       NOT NULL CHECK (auto_install IN (0, 1)),
    installed_at       TIMESTAMPTZ CHECK (installed_at IS NULL OR julianday(installed_at) IS NOT NULL),
    last_state_change  TIMESTAMPTZ   NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ','now')) CHECK (julianday(last_state_change) IS NOT NULL),
    base_revision      VARCHAR(64) CHECK (base_revision IS NULL OR length(base_revision) <= 64),
    applied_revision   VARCHAR(64) CHECK (applied_revision IS NULL OR length(applied_revision) <= 64),
    manifest_snapshot  TEXT          NOT NULL CHECK (json_valid(manifest_snapshot)),
    error_message      TEXT,
    error_at           TIMESTAMPTZ CHECK (error_at IS NULL OR julianday(error_at) IS NOT NULL),
    PRIMARY KEY (name)
);


-- --------------------------------------------------------------------------
-- 15. What the application writes by itself
CREATE TABLE patient_timeline (
    id              UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id       UUID          NOT NULL REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    patient_id      UUID          NOT NULL REFERENCES patients (id) CHECK (typeof(patient_id) = 'text' AND length(patient_id) = 36),
    event_type      VARCHAR(50)   NOT NULL CHECK (length(event_type) <= 50),
    event_category  VARCHAR(30)   NOT NULL CHECK (length(event_category) <= 30),
    source_table    VARCHAR(50)   NOT NULL CHECK (length(source_table) <= 50),
    source_id       UUID          NOT NULL CHECK (typeof(source_id) = 'text' AND length(source_id) = 36),
    title           VARCHAR(200)  NOT NULL CHECK (length(title) <= 200),
    description     TEXT,
    event_data      TEXT CHECK (event_data IS NULL OR json_valid(event_data)),
    occurred_at     TIMESTAMPTZ   NOT NULL CHECK (julianday(occurred_at) IS NOT NULL),
    created_by      UUID           REFERENCES users (id) CHECK (created_by IS NULL OR (typeof(created_by) = 'text' AND length(created_by) = 36)),
    PRIMARY KEY (id)
);
CREATE INDEX idx_timeline_clinic_patient ON patient_timeline (clinic_id, patient_id);
CREATE INDEX idx_timeline_patient_date ON patient_timeline (patient_id, occurred_at);
CREATE INDEX ix_patient_timeline_clinic_id ON patient_timeline (clinic_id);
CREATE INDEX ix_patient_timeline_occurred_at ON patient_timeline (occurred_at);
CREATE INDEX ix_patient_timeline_patient_id ON patient_timeline (patient_id);

CREATE TABLE communication_messages (
    id                    UUID          NOT NULL CHECK (typeof(id) = 'text' AND length(id) = 36),
    clinic_id             UUID          NOT NULL CONSTRAINT email_logs_clinic_id_fkey REFERENCES clinics (id) CHECK (typeof(clinic_id) = 'text' AND length(clinic_id) = 36),
    to_address            VARCHAR(255)  NOT NULL CHECK (length(to_address) <= 255),
    patient_id            UUID           CONSTRAINT email_logs_patient_id_fkey REFERENCES patients (id) CHECK (patient_id IS NULL OR (typeof(patient_id) = 'text' AND length(patient_id) = 36)),
    template_key          VARCHAR(100)  NOT NULL CHECK (length(template_key) <= 100),
    subject               VARCHAR(255) CHECK (subject IS NULL OR length(subject) <= 255),
    status                VARCHAR(20)   NOT NULL CHECK (length(status) <= 20),
    provider              VARCHAR(50) CHECK (provider IS NULL OR length(provider) <= 50),
    provider_message_id   VARCHAR(255) CHECK (provider_message_id IS NULL OR length(provider_message_id) <= 255),
    error_message         TEXT,
    created_at            TIMESTAMPTZ   NOT NULL CHECK (julianday(created_at) IS NOT NULL),
    sent_at               TIMESTAMPTZ CHECK (sent_at IS NULL OR julianday(sent_at) IS NOT NULL),
    triggered_by_event    VARCHAR(100) CHECK (triggered_by_event IS NULL OR length(triggered_by_event) <= 100),
    triggered_by_user_id  UUID           CONSTRAINT email_logs_triggered_by_user_id_fkey REFERENCES users (id) CHECK (triggered_by_user_id IS NULL OR (typeof(triggered_by_user_id) = 'text' AND length(triggered_by_user_id) = 36)),
    context_data          TEXT CHECK (context_data IS NULL OR json_valid(context_data)),
    channel               VARCHAR(20)   NOT NULL CHECK (length(channel) <= 20),
    message_kind          VARCHAR(20)   NOT NULL CHECK (length(message_kind) <= 20),
    attempts              INTEGER       NOT NULL CHECK (typeof(attempts) = 'integer'),
    max_attempts          INTEGER       NOT NULL CHECK (typeof(max_attempts) = 'integer'),
    next_attempt_at       TIMESTAMPTZ CHECK (next_attempt_at IS NULL OR julianday(next_attempt_at) IS NOT NULL),
    dedup_key             VARCHAR(200) CHECK (dedup_key IS NULL OR length(dedup_key) <= 200),
    delivered_at          TIMESTAMPTZ CHECK (delivered_at IS NULL OR julianday(delivered_at) IS NOT NULL),
    read_at               TIMESTAMPTZ CHECK (read_at IS NULL OR julianday(read_at) IS NOT NULL),
    updated_at            TIMESTAMPTZ   NOT NULL CHECK (julianday(updated_at) IS NOT NULL),
    direction             VARCHAR(20)   NOT NULL CHECK (length(direction) <= 20),
    body_text             TEXT,
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
