#!/usr/bin/env python3
"""Holds return copies against the ECMA-376 transitional schemas: which faults a copy has that its original has not.

    scripts/returns_schema.py XSD ORIGINALS COPIES

XSD: a folder with sml.xsd, vml-main.xsd and opc-xsd/ (they are not in this repository; python-docx keeps a set in ref/xsd).
ORIGINALS and COPIES: folders with files of the same names; a copy without an original is one that was made anew. Needs lxml.
docs/conformance-returns.md has the result. Ends with 1 where a fault was added.
"""
import collections
import copy
import io
import pathlib
import sys
import tempfile
import zipfile

from lxml import etree

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
XML = "http://www.w3.org/XML/1998/namespace"
UNDERSTOOD = {MAIN, OFFICE, DRAWING, XML}
STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": MAIN.encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": OFFICE.encode(),
    b"http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": DRAWING.encode(),
}
# The schemas import it and do not bring it.
XML_XSD = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{XML}">
<xsd:attribute name="space" type="xsd:NCName"/><xsd:attribute name="lang" type="xsd:language"/></xsd:schema>"""
PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True)


def schemas(folder):
    """The schemas by the kind of part, from a copy in which the import of the XML name space leads somewhere."""
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "opc-xsd").mkdir()
        (work / "xml.xsd").write_text(XML_XSD)
        for file in [*folder.glob("*.xsd"), *folder.glob("opc-xsd/*.xsd")]:
            text = file.read_text("utf-8-sig").replace(f'<xsd:import namespace="{XML}"/>', f'<xsd:import namespace="{XML}" schemaLocation="xml.xsd"/>')
            (work / file.relative_to(folder)).write_text(text, "utf-8")
        load = lambda name: etree.XMLSchema(etree.parse(str(work / name)))
        return {
            "types": load("opc-xsd/opc-contentTypes.xsd"),
            "relationships": load("opc-xsd/opc-relationships.xsd"),
            "vml": load("vml-main.xsd"),
            "app": load("shared-documentPropertiesExtended.xsd"),
            "main": load("sml.xsd"),
        }


def kind(name, root):
    if name == "[content_types].xml":
        return "types"
    if name.endswith(".rels"):
        return "relationships"
    if name.endswith(".vml") or root.tag == "xml":
        return "vml"
    return "app" if name == "docprops/app.xml" else "main"


def space(name):
    return name[1:].split("}")[0] if name.startswith("{") else ""


def understood(element, ignorable=frozenset()):
    """What a program that knows the standard alone sees: ignorable names go, of alternatives the fallback stays, and what
    an extension holds is of no schema here."""
    named = element.attrib.pop(MC + "Ignorable", None)
    if named is not None:
        ignorable |= {element.nsmap[prefix] for prefix in named.split() if prefix in element.nsmap}
    foreign = lambda name: space(name) in ignorable and space(name) not in UNDERSTOOD
    for name in list(element.attrib):
        if name.startswith(MC) or foreign(name):
            del element.attrib[name]
    for child in list(element):
        if not isinstance(child.tag, str):
            continue
        if child.tag == MC + "AlternateContent":
            at = element.index(child)
            element.remove(child)
            for fallback in reversed(child.findall(f"{MC}Fallback/*")):
                element.insert(at, fallback)
        elif foreign(child.tag):
            element.remove(child)
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag == f"{{{MAIN}}}ext":
            del child[:]
        else:
            understood(child, ignorable)


def faults(name, data, by_kind):
    """Message → how often."""
    for strict, transitional in STRICT.items():
        data = data.replace(strict, transitional)
    try:
        root = etree.fromstring(data, PARSER)
    except etree.XMLSyntaxError:
        return collections.Counter({"not well-formed": 1})
    which = kind(name, root)
    found = collections.Counter()

    def validate(tree):
        by_kind[which].validate(tree)
        found.update(e.message for e in by_kind[which].error_log)

    if which == "vml":
        # The root, `xml`, is of no schema: each of its children is.
        for child in root.iterchildren(etree.Element):
            validate(etree.ElementTree(copy.deepcopy(child)))
        return found
    understood(root)
    # Excel writes it and the standard's text allows it; its schema leaves it out (ST_Xstring).
    for text in root.iter(f"{{{MAIN}}}t"):
        text.attrib.pop(f"{{{XML}}}space", None)
    validate(etree.ElementTree(etree.fromstring(etree.tostring(root))))
    return found


def parts(data):
    """Lower-case name → bytes: case does not tell parts apart."""
    zip_file = zipfile.ZipFile(io.BytesIO(data))
    return {entry.filename.lower(): zip_file.read(entry) for entry in zip_file.infolist() if not entry.is_dir()}


def untyped(package):
    types = etree.fromstring(package["[content_types].xml"], PARSER)
    defaults = {e.get("Extension").lower() for e in types.iterchildren("{*}Default")}
    overrides = {e.get("PartName").lower().lstrip("/") for e in types.iterchildren("{*}Override")}
    return {name for name in package if name != "[content_types].xml" and name not in overrides and name.rsplit(".", 1)[-1] not in defaults}


def compare(original, copied, by_kind):
    """(parts of the same bytes, touched, added, faults that were added)"""
    same, touched, added, wrong = 0, 0, 0, []
    for name, data in copied.items():
        before = original.get(name)
        if before == data:
            same += 1
            continue
        touched, added = touched + (before is not None), added + (before is None)
        if name == "docprops/core.xml":
            continue
        if not name.endswith((".xml", ".rels", ".vml")):
            wrong.append((name, "changed, and no XML"))
            continue
        old = faults(name, before, by_kind) if before is not None else collections.Counter()
        # A style is cloned with whatever its own program wrote into it.
        wrong += [(name, message) for message in faults(name, data, by_kind) if message not in old]
    wrong += [(name, "no content type") for name in untyped(copied) - (untyped(original) if original else set())]
    return same, touched, added, wrong


def main():
    by_kind = schemas(pathlib.Path(sys.argv[1]))
    originals, copies = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    total, bad = collections.Counter(), 0
    for file in sorted(copies.iterdir()):
        own = originals / file.name
        original = parts(own.read_bytes()) if own.exists() else {}
        same, touched, added, wrong = compare(original, parts(file.read_bytes()), by_kind)
        total.update({"copies": 1, "parts kept": same, "touched": touched, "added": added})
        bad += bool(wrong)
        for name, message in wrong:
            print(f"{file.name}: {name}: {message}")
    print(dict(total), f"copies with added faults: {bad}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
