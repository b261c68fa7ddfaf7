#!/usr/bin/env python3
"""Holds every XML part of .xlsx and .docx files against the ECMA-376 transitional schemas, as docs/conformance.md records.

Usage: scripts/validate.py XSD_FOLDER FILE...
XSD_FOLDER is `ref/xsd` of https://github.com/python-openxml/python-docx, which the project does not carry. Needs lxml.
Markup compatibility is applied as a reader of the plain standard would: what a part declares ignorable is dropped, of an
alternate content the fallback stands, and what hangs in an extension list is left alone. `xml:space` on a spreadsheet's `t`,
which Excel writes and the schema forgot, is allowed. Workbooks embedded in documents are opened too.
"""
import io
import sys
import zipfile
from pathlib import Path

from lxml import etree

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
# What the schemas import without saying from where.
STUBS = {
    "http://www.w3.org/XML/1998/namespace": """
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/XML/1998/namespace">
<xsd:attribute name="lang" type="xsd:string"/><xsd:attribute name="space" type="xsd:string"/></xsd:schema>""",
    "http://purl.org/dc/elements/1.1/": """
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="http://purl.org/dc/elements/1.1/" targetNamespace="http://purl.org/dc/elements/1.1/">
<xsd:complexType name="SimpleLiteral" mixed="true"/>
<xsd:element name="any" abstract="true"/>""" + "".join(
        f'<xsd:element name="{n}" substitutionGroup="any"/>' for n in ["creator", "description", "identifier", "language", "subject", "title"]
    ) + "</xsd:schema>",
    "http://purl.org/dc/terms/": """
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://purl.org/dc/terms/">
<xsd:simpleType name="W3CDTF"><xsd:union memberTypes="xsd:gYear xsd:gYearMonth xsd:date xsd:dateTime"/></xsd:simpleType>
<xsd:element name="created"/><xsd:element name="modified"/></xsd:schema>""",
    "http://schemas.openxmlformats.org/schemaLibrary/2006/main": None,
}
# No schema of the standard describes these.
UNDESCRIBED = ("customXml/",)


def schemas(folder):
    """Namespace -> schema file."""
    found = {}
    for path in sorted(folder.rglob("*.xsd")):
        namespace = etree.parse(str(path)).getroot().get("targetNamespace")
        found.setdefault(namespace, path)
    return found


class Stubs(etree.Resolver):
    def resolve(self, url, public_id, context):
        text = STUBS.get(url.removeprefix("stub:"))
        return self.resolve_string(text, context) if text else None


def schema(namespace, files, cache):
    if namespace not in cache:
        path = files.get(namespace)
        if path is None:
            cache[namespace] = None
        else:
            imports = "".join(f'<xsd:import namespace="{n}" schemaLocation="stub:{n}"/>' for n, s in STUBS.items() if s)
            target = f'<xsd:import namespace="{namespace}" schemaLocation="{path.resolve().as_uri()}"/>'
            whole = f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{imports}{target}</xsd:schema>'
            parser = etree.XMLParser()
            parser.resolvers.add(Stubs())
            cache[namespace] = etree.XMLSchema(etree.fromstring(whole, parser))
    return cache[namespace]


def compatible(root):
    """Markup compatibility, for a reader that knows no extension."""
    for e in list(root.iter(f"{{{MC}}}AlternateContent")):
        parent, at = e.getparent(), e.getparent().index(e)
        fallback = e.find(f"{{{MC}}}Fallback")
        parent.remove(e)
        for child in list(fallback) if fallback is not None else []:
            parent.insert(at, child)
            at += 1
    for e in list(root.iter(etree.Element)):
        ignored = {e.nsmap[p] for p in e.get(f"{{{MC}}}Ignorable", "").split() if p in e.nsmap}
        for inner in list(e.iter(etree.Element)) if ignored else []:
            for name in list(inner.attrib):
                if etree.QName(name).namespace in ignored:
                    del inner.attrib[name]
            if etree.QName(inner).namespace in ignored and inner.getparent() is not None:
                inner.getparent().remove(inner)
        for name in list(e.attrib):
            if etree.QName(name).namespace == MC:
                del e.attrib[name]
    for e in root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t"):
        e.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
    return root


def check(name, data, files, cache):
    """Lines of what is wrong, and how many parts were held against a schema."""
    wrong, seen = [], 0
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.namelist():
            content = package.read(part)
            if part.endswith((".xlsx", ".docx")):
                inner, more = check(f"{name}!{part}", content, files, cache)
                wrong, seen = wrong + inner, seen + more
            if not part.endswith((".xml", ".rels")) or part.startswith(UNDESCRIBED):
                continue
            root = compatible(etree.fromstring(content))
            held = schema(etree.QName(root).namespace, files, cache)
            if held is None:
                wrong.append(f"{name}: {part}: no schema for {root.tag}")
                continue
            seen += 1
            if not held.validate(root):
                wrong += [f"{name}: {part}:{e.line}: {e.message}" for e in held.error_log]
    return wrong, seen


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    files, cache, all_wrong = schemas(Path(sys.argv[1])), {}, 0
    for path in sys.argv[2:]:
        wrong, seen = check(Path(path).name, Path(path).read_bytes(), files, cache)
        all_wrong += len(wrong)
        print(f"{'invalid' if wrong else 'valid'}  {seen} parts  {path}")
        print("".join(f"    {line}\n" for line in wrong[:20]), end="")
    sys.exit(1 if all_wrong else 0)


if __name__ == "__main__":
    main()
