#include "source/xlsx_part.h"

#include <string.h>

#include "base/intl.h"

enum {
    PIECE = 64 << 10,
    MAX_DEPTH = 64,             // workbooks nest about ten deep
    MAX_RATIO = 300,            // of a part's size to its packed one; sheets reach 50
    SMALL = 16 << 20,           // no ratio is held against a part below this size
};
static const int64_t max_part = (int64_t)4 << 30; // a full sheet of 16,384 columns by 1,048,576 rows is refused

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    XlsxPart *p = arg;
    if (++p->depth > MAX_DEPTH) {
        XML_StopParser(p->parser, XML_FALSE);
        return;
    }
    p->start(p->arg, local_name(name), attributes);
}

static void on_end(void *arg, const char *name)
{
    XlsxPart *p = arg;
    p->depth--;
    p->end(p->arg, local_name(name));
}

static void on_text(void *arg, const char *text, int len)
{
    XlsxPart *p = arg;
    if (p->text)
        p->text(p->arg, (Str){text, (size_t)len});
}

// Document types hold entities, which no spreadsheet program writes.
static void on_doctype(void *arg, const char *name, const char *system, const char *public, int internal)
{
    XlsxPart *p = arg;
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    p->doctype = true;
    XML_StopParser(p->parser, XML_FALSE);
}

static void close_at(void *p)
{
    xlsx_part_close(p);
}

bool xlsx_part_open(Arena *a, zip_t *archive, const char *name, XlsxPart *out, bool *found, Err *err)
{
    zip_stat_t st;
    *out = (XlsxPart){.name = name};
    *found = zip_stat(archive, name, ZIP_FL_NOCASE, &st) == 0;
    if (!*found)
        return true;
    if (!(st.valid & ZIP_STAT_SIZE) || (int64_t)st.size > max_part ||
        (st.size > SMALL && (!(st.valid & ZIP_STAT_COMP_SIZE) || st.size / MAX_RATIO > st.comp_size)))
        return err_set(err, ERR_SOURCE, _("%s: its size is not reasonable for what it holds"), name);
    if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
        return err_set(err, ERR_SOURCE, _("%s is encrypted"), name);
    out->limit = (int64_t)st.size;
    out->file = zip_fopen_index(archive, st.index, 0);
    if (!out->file)
        return err_set(err, ERR_SOURCE, _("%s cannot be unpacked: %s"), name, zip_strerror(archive));
    out->piece = arena_take(a, PIECE);
    out->parser = XML_ParserCreate(NULL);
    if (!out->parser) {
        zip_fclose(out->file);
        out->file = NULL;
        return err_set(err, ERR_INTERNAL, "%s", _("no memory"));
    }
    XML_SetUserData(out->parser, out);
    XML_SetElementHandler(out->parser, on_start, on_end);
    XML_SetCharacterDataHandler(out->parser, on_text);
    XML_SetStartDoctypeDeclHandler(out->parser, on_doctype);
    arena_defer(a, close_at, out);
    return true;
}

void xlsx_part_close(XlsxPart *p)
{
    if (p->parser)
        XML_ParserFree(p->parser);
    if (p->file)
        zip_fclose(p->file);
    p->parser = NULL;
    p->file = NULL;
}

static bool told(XlsxPart *p, Err *err)
{
    if (p->doctype)
        return err_set(err, ERR_SOURCE, _("%s declares a document type, which no workbook does"), p->name);
    if (p->depth > MAX_DEPTH)
        return err_set(err, ERR_SOURCE, _("%s is nested too deep"), p->name);
    return err_set(err, ERR_SOURCE, _("%s, line %lu: %s"), p->name, XML_GetCurrentLineNumber(p->parser),
                   XML_ErrorString(XML_GetErrorCode(p->parser)));
}

bool xlsx_part_more(XlsxPart *p, Err *err)
{
    XML_ParsingStatus status;
    enum XML_Status done;
    XML_GetParsingStatus(p->parser, &status);
    if (status.parsing == XML_SUSPENDED) {
        done = XML_ResumeParser(p->parser);
    } else {
        zip_int64_t n = zip_fread(p->file, p->piece, PIECE);
        if (n < 0)
            return err_set(err, ERR_SOURCE, _("%s cannot be unpacked: %s"), p->name, zip_file_strerror(p->file));
        p->read += n;
        if (p->read > p->limit)
            return err_set(err, ERR_SOURCE, _("%s: its size is not reasonable for what it holds"), p->name);
        done = XML_Parse(p->parser, p->piece, (int)n, n == 0);
    }
    if (done == XML_STATUS_ERROR)
        return told(p, err);
    XML_GetParsingStatus(p->parser, &status);
    p->ended = status.parsing == XML_FINISHED;
    return true;
}

void xlsx_part_rest(XlsxPart *p)
{
    XML_StopParser(p->parser, XML_TRUE);
}

bool xlsx_part_all(XlsxPart *p, Err *err)
{
    while (!p->ended)
        if (!xlsx_part_more(p, err))
            return false;
    return true;
}

const char *xlsx_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(local_name(attributes[0]), name) == 0)
            return attributes[1];
    return NULL;
}
