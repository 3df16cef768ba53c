#include "map/alert_rules.h"

// clang-format off
static const char *const listed_medication[] = {
    "MEDICACION~:", "MEDICACION HABITUAL~:", NULL,
};
static const char *const listed_allergies[] = {
    "ALERGIAS?~:", NULL,
};
static const char *const business_at_start[] = {
    "PRESU|", "DTO|", "#~%", "BUSCAR|", "VIENE REFERIDO", "REFERIDA? POR|", NULL,
};
static const char *const business[] = {
    "COBRA", "NO SE COBRA", "ABONA", "PAGA", "ENVIAR FACTURA", "FACTURA CADA",
    "HISTORIAL ALERGICO ESCANEADO|", NULL,
};
static const char *const discounts[] = {
    "DESCUENTO", NULL,
};
static const char *const pregnant[] = {
    "EMBARAZADA|", "EMBARAZAA|", "GESTANTE|", "#~SEMANAS|", NULL,
};
static const char *const lactating[] = {
    "LACTANCIA", "LACTANTE", "AMAMANT", NULL,
};
static const char *const anesthetics[] = {
    "ANESTESIA|", "VASOCONSTRICTOR|", "ADRENALINA|", NULL,
};
static const char *const without_vasoconstrictor[] = {
    "SIN VASO|", NULL,
};
static const char *const anticoagulants[] = {
    "SINTROM", "WARFARIN", "ALDOCUMAR", "HEPARIN", "ADIRO", "PRADAXA", "XARELTO", "ELIQUIS", "CLOPIDOGREL",
    "PLAVIX", "ANTICOAG", NULL,
};
static const char *const bruxism[] = {
    "BRUXISM", "RECHINAR|", "APRIETA DIENTES|", "APRIETA LOS DIENTES|", NULL,
};
static const char *const smoking[] = {
    "FUMAD?O?R?A?|", "CIGARR", "TABACO|", "PAQUETE/?~DIA?|", NULL,
};
static const char *const allergies[] = {
    "ALERGIA", "ALERGIC", NULL,
};
// Beginnings of words: what the patient is ill with, or was treated for.
static const char *const diseases[] = {
    "HIPERTENS", "HIPOTENS", "HTA", "TENSION", "CARDIAC", "CARDIO", "CORONARI", "CORAZON|", "INFART",
    "ANGINA", "ARRITMI", "FIBRILA", "TAQUICARDI", "BRADICARDI", "MARCAPAS", "SOPLO", "VALVUL", "ENDOCARDI",
    "ISQUEMI", "ICTUS", "TROMBO", "EMBOLI", "STENT", "DIABET", "COLESTEROL", "HIPERCOLESTEROL", "DISLIPEM",
    "TRIGLICERID", "TIROID", "HIPOTIROID", "HIPERTIROID", "GOTA|", "OBESIDAD", "HEPATI", "CIRROSIS", "VIH",
    "SIDA|", "TUBERCULO", "HERPES", "SIFILIS", "CANCER", "CARCINOMA", "TUMOR", "LEUCEMI", "LINFOMA",
    "MELANOMA", "QUIMIOTERAP", "RADIOTERAP", "ASMA", "BRONQUI", "EPOC|", "ENFISEMA", "APNEA", "SINUSITIS",
    "EPILEP", "PARKINSON", "ALZHEI", "DEMENCIA", "MIGRANA", "ESCLEROSIS", "CONVULSI", "VERTIGO", "AUTIS",
    "DEPRESI", "ANSIE", "TRASTORNO", "ESQUIZOFREN", "BIPOLAR", "INSUFICIENCIA", "RENAL", "NEFRO",
    "DIALISIS", "HEMODIALISIS", "TRASPLANT", "ULCERA", "GASTRITIS", "REFLUJO", "HERNIA", "CROHN", "COLITIS",
    "CELIAC", "ARTRITIS", "ARTROSIS", "REUMA", "LUPUS", "FIBROMIALG", "OSTEOPOROSIS", "OSTEOPENIA",
    "PSORIASIS", "ANEMIA", "HEMOFILI", "COAGULOPAT", "TALASEMIA", "GLAUCOMA", "SINDROME", NULL,
};
static const char *const taken[] = {
    "TOMA|", NULL,
};
static const char *const dosed[] = {
    "&~MG|", "&~MGS|", "&~MCG|", "&~UI|", "&~ML|", "&~G|", "@+#|", NULL,
};
const char *const alert_doses[] = {
    "&~MG|", "&~MCG|", "&~G|", "&~ML|", "&~UI|", NULL,
};
const char *const alert_denials[] = {
    "SIN", "NO", "NI", "NIEGA", "NIEGAN", NULL,
};
const char *const alert_fillers[] = {
    "ES", "ESTA", "HA", "HAY", "SER", "TIENE", "TENER", "TENIDO", "TENGA", "PADECE", "PADECIDO", "PRESENTA",
    "REFIERE", "SUFRE", "CONSTA", "CONSTAN", "CONOCE", "DE", "LA", "NINGUN", "NINGUNA", "ANTECEDENTES",
    "HISTORIA", "OTRA", "OTRAS", "POSIBLE", "TOMA", "TOMAR", NULL,
};

const AlertRule alert_rules[] = {
    {"medication", RULE_START, false, listed_medication},
    {"allergy", RULE_START, false, listed_allergies},
    {"administrative", RULE_START, false, business_at_start},
    {"administrative", RULE_WORD, false, business},
    {"administrative", RULE_ANYWHERE, false, discounts},
    {"pregnancy", RULE_WORD, true, pregnant},
    {"lactating", RULE_WORD, true, lactating},
    {"anesthesia", RULE_WORD, false, anesthetics},
    {"anesthesia", RULE_ANYWHERE, false, without_vasoconstrictor},
    {"anticoagulant", RULE_WORD, true, anticoagulants},
    {"bruxism", RULE_WORD, true, bruxism},
    {"smoking", RULE_WORD, true, smoking},
    {"allergy", RULE_WORD, true, allergies},
    {"disease", RULE_WORD, true, diseases},
    {"medication", RULE_START, false, taken},
    {"medication", RULE_WORD, false, dosed},
    {0},
};
// clang-format on
