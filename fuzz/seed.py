#!/usr/bin/env python3
"""Fills fuzz/corpus/<target>/ with fuzz/seeds/ and, where given, with small files of a folder of workbooks and plans.

    python3 fuzz/seed.py [FOLDER ...]

Files are named by their content, so that a second run adds nothing twice. fuzz/corpus/ is never committed.
"""

import hashlib
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).parent
MOST = 64 << 10
OLD = {".xls": b"x", ".et": b"x", ".ods": b"o"}
PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]


def put(target, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def sheet_xml(path):
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            parts = [package.read(name) if name in names else b"" for name in PARTS]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return
    data = b"\n====\n".join(parts)
    if parts[0] and len(data) <= MOST:
        put("sheet_xml", data)


def main(folders):
    for seed in sorted((HERE / "seeds").glob("*/*")):
        put(seed.parent.name, seed.read_bytes())
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if not path.is_file() or path.stat().st_size > MOST:
                continue
            suffix = path.suffix.lower()
            if suffix == ".toml":
                put("plan", path.read_bytes())
                continue
            if suffix in (".txt", ".docx"):
                put("notice", path.read_bytes())
                continue
            put("open", path.read_bytes())
            if suffix in OLD:
                put("legacy", OLD[suffix] + path.read_bytes())
            elif suffix in (".xlsx", ".xlsm"):
                sheet_xml(path)
    for target in sorted((HERE / "corpus").iterdir()):
        print(f"{target.name}: {sum(1 for _ in target.iterdir())}")


main(sys.argv[1:])
