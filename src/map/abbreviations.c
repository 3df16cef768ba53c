#include "map/abbreviations.h"

#include <string.h>

const Abbreviation abbreviations[] = {
    {"acril", "acrilica"},
    {"alin", "alineadores"},
    {"amalg", "amalgama"},
    {"anest", "anestesia"},
    {"apec", "apicectomia"},
    {"bi", "birradicular"},
    {"biops", "biopsia"},
    {"blanq", "blanqueamiento"},
    {"brack", "brackets"},
    {"car", "carilla"},
    {"ceram", "ceramica"},
    {"cir", "cirugia"},
    {"comp", "composite"},
    {"compl", "completa"},
    {"consul", "consulta"},
    {"cor", "corona"},
    {"cordal", "tercer molar"},
    {"cuad", "cuadrante"},
    {"curet", "curetaje"},
    {"desc", "descarga"},
    {"disil", "disilicato"},
    {"elev", "elevacion"},
    {"endo", "endodoncia"},
    {"esq", "esqueletica"},
    {"estet", "estetica"},
    {"exo", "extraccion"},
    {"exodoncia", "extraccion"},
    {"ext", "extraccion"},
    {"extracc", "extraccion"},
    {"fer", "ferula"},
    {"fluor", "fluorizacion"},
    {"fren", "frenectomia"},
    {"ging", "gingival"},
    {"hig", "higiene"},
    {"impl", "implante"},
    {"incr", "incrustacion"},
    {"inf", "inferior"},
    {"injer", "injerto"},
    {"invis", "invisalign"},
    {"limp", "limpieza"},
    {"mc", "metal ceramica"},
    {"obt", "obturacion"},
    {"obtur", "obturacion"},
    {"orto", "ortodoncia"},
    {"pan", "panoramica"},
    {"panor", "panoramica"},
    {"parc", "parcial"},
    {"ped", "pediatrico"},
    {"perio", "periodontal"},
    {"pern", "perno"},
    {"porc", "porcelana"},
    {"prot", "protesis"},
    {"prov", "provisional"},
    {"pulpot", "pulpotomia"},
    {"quir", "quirurgica"},
    {"qx", "cirugia"},
    {"rad", "radiografia"},
    {"rar", "raspado alisado radicular"},
    {"rasp", "raspado"},
    {"recem", "recementado"},
    {"reconst", "reconstruccion"},
    {"ret", "retenedor"},
    {"retrat", "retratamiento"},
    {"rev", "revision"},
    {"rx", "radiografia"},
    {"sel", "sellador"},
    {"sellado", "sellador"},
    {"sup", "superior"},
    {"tart", "tartrectomia"},
    {"tele", "teleradiografia"},
    {"temp", "temporal"},
    {"ti", "titanio"},
    {"uni", "unirradicular"},
    {"urg", "urgencia"},
    {"vis", "visita"},
    {"zir", "zirconio"},
    {"zirc", "zirconio"},
};
const size_t n_abbreviations = ARRAY_LEN(abbreviations);

const char *abbreviation_meaning(Str word)
{
    size_t low = 0, high = n_abbreviations;
    while (low < high) {
        size_t middle = (low + high) / 2;
        Str other = str_of(abbreviations[middle].word);
        int order = memcmp(word.at, other.at, MIN(word.len, other.len));
        if (!order && word.len == other.len)
            return abbreviations[middle].meaning;
        if (order < 0 || (!order && word.len < other.len))
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
