#!/usr/bin/env python3
"""make_xlsx.py OUT [KIND] - a small workbook; KIND: a way in which it is none, or hostile."""
import sys
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

parts = {
    "xl/workbook.xml": HEAD + '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Notas" sheetId="7" state="hidden" r:id="rId2"/>'
    '<sheet name="Pacientes" sheetId="1" r:id="rId1"/></sheets></workbook>' % (MAIN, RELATIONS),
    "xl/_rels/workbook.xml.rels": HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/>'
    '</Relationships>',
    "xl/styles.xml": HEAD + '<styleSheet xmlns="%s"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
    '</styleSheet>' % MAIN,
    "xl/sharedStrings.xml": HEAD + '<sst xmlns="%s"><si><t>Nombre</t></si><si><r><t>Jos</t></r><r><t>\u00e9</t></r>'
    '<rPh><t>no</t></rPh></si><si><t>a_x000A_b &amp; c</t></si></sst>' % MAIN,
    "xl/worksheets/sheet1.xml": HEAD + '<worksheet xmlns="%s"><sheetData>'
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Alta</t></is></c><c r="D1" t="str"><v>Saldo</v></c></row>'
    '<row r="2"/><row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4" s="1"><v>45322</v></c><c r="C4" t="b"><v>1</v></c>'
    '<c r="D4"><f>SUM(A1)</f><v>0.30000000000000004</v></c></row>'
    '<row><c t="s"><v>2</v></c><c s="2"><v>45322.71875</v></c><c t="e"><v>#N/A</v></c></row>'
    '</sheetData></worksheet>' % MAIN,
    "xl/worksheets/sheet2.xml": HEAD + '<worksheet xmlns="%s"><sheetData/></worksheet>' % MAIN,
}
out, kind = sys.argv[1], (sys.argv + [""])[2]
sheet = "xl/worksheets/sheet1.xml"
if kind == "entities":
    parts[sheet] = HEAD + '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData/>&b;</worksheet>'
elif kind == "bomb":
    parts[sheet] = HEAD + "<worksheet>" + " " * (64 << 20) + "</worksheet>"
elif kind == "deep":
    parts[sheet] = HEAD + "<a>" * 10000
elif kind == "torn":
    parts[sheet] = parts[sheet][:-60]
elif kind == "bad":  # a text that is not there, a cell outside, a row out of order: each costs its own row
    parts[sheet] = HEAD + '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="s"><v>99</v></c></row>' \
        '<row r="3"><c r="ZZZZ3"><v>1</v></c></row><row r="2"><c><v>5</v></c></row><row r="9"><c r="A9"><v>2</v></c></row></sheetData></worksheet>'
elif kind == "heavy":  # every cell leads to the same long text: small in the file, large as a row
    parts["xl/sharedStrings.xml"] = HEAD + '<sst><si><t>' + "x" * 1000000 + '</t></si></sst>'
    parts[sheet] = HEAD + '<worksheet><sheetData><row>' + '<c t="s"><v>0</v></c>' * 400 + '</row><row><c><v>5</v></c></row></sheetData></worksheet>'
elif kind == "sheets":  # more of them than may be looked for one by one
    many = range(200000)
    parts["xl/workbook.xml"] = HEAD + '<w><sheets>%s</sheets></w>' % ''.join('<sheet name="s%d" id="relation%06d"/>' % (i, i) for i in many)
    parts["xl/_rels/workbook.xml.rels"] = HEAD + '<r>%s</r>' % ''.join('<Relationship Id="relation%06d" Target="a"/>' % i for i in many)
elif kind == "nowhere":
    del parts[sheet]
elif kind == "other":
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, text in parts.items():
        archive.writestr(name, text)
