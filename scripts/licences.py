#!/usr/bin/env python3
"""Gathers the licences of what is in the programs: duban's own, 第三方许可.txt and what the Rust toolchain and Debian say of their own parts.

python3 scripts/licences.py OUT_FOLDER TARGET...
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LICENCE = re.compile(r"(un)?licen[cs]e|copying|copyright|notice|ofl", re.IGNORECASE)
# The libraries that a target's linker adds, and where Debian keeps what their licences say.
LINKED = {"linux-musl": ["musl-dev"], "windows-gnu": ["mingw-w64-x86-64-dev", "gcc-mingw-w64-base"]}


def linked(target):
    """The crates that a program of this target holds: name and version → what cargo knows of each."""
    said = subprocess.run(["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target],
                          cwd=ROOT, check=True, capture_output=True, text=True).stdout
    known = json.loads(said)
    crates = {crate["id"]: crate for crate in known["packages"]}
    needs = {node["id"]: node["deps"] for node in known["resolve"]["nodes"]}
    found, left = {}, [known["resolve"]["root"]]
    while left:
        crate = crates[left.pop()]
        # Macros run while building, and are in no program.
        if crate["id"] in found or any("proc-macro" in one["kind"] for one in crate["targets"]):
            continue
        found[crate["id"]] = crate
        left += [need["pkg"] for need in needs[crate["id"]] if any(kind["kind"] is None for kind in need["dep_kinds"])]
    return {f"{crate['name']} {crate['version']}": crate for crate in found.values() if crate["source"]}


def licences(targets, debian=pathlib.Path("/")):
    """Name → bytes of the files to pack for these targets. `debian`: where its packages of documents are."""
    crates = dict(sorted((item for target in targets for item in linked(target).items()), key=lambda item: item[0].lower()))
    of_text = collections.defaultdict(list)
    listed, without = [], []
    for name, crate in crates.items():
        listed.append(f"{name}　{crate['license'] or '见许可原文'}　{crate['repository'] or ''}".rstrip())
        folder = pathlib.Path(crate["manifest_path"]).parent
        files = sorted(path for path in folder.rglob("*") if path.is_file() and LICENCE.match(path.name) and path.suffix != ".rs")
        if not files:
            without.append(f"{name}　{crate['license']}　{'、'.join(crate['authors']) or crate['repository'] or ''}".rstrip())
        for path in files:
            text = "\n".join(line.rstrip() for line in path.read_text("utf-8", "replace").strip().splitlines())
            if name not in of_text[text]:
                of_text[text].append(name)
    parts = [f"督办所含第三方组件（{len(listed)}个）的许可\n\n" + "\n".join(listed)]
    if without:
        parts.append("以下组件的发布包中没有许可原文，按所列许可使用：\n\n" + "\n".join(without))
    parts += [f"适用于：{'、'.join(names)}\n\n{text}" for text, names in of_text.items()]
    made = {"督办许可.txt": (ROOT / "LICENSE").read_bytes(), "第三方许可.txt": ("\n\n" + "=" * 78 + "\n\n").join(parts).encode() + b"\n"}
    toolchain = subprocess.run(["rustc", "--print", "sysroot"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    made["Rust标准库许可.html"] = (pathlib.Path(toolchain) / "share/doc/rust/COPYRIGHT-library.html").read_bytes()
    for package in sorted({package for target in targets for ending, packages in LINKED.items() if target.endswith(ending) for package in packages}):
        made[f"{package}.txt"] = (debian / "usr/share/doc" / package / "copyright").read_bytes()
    return made


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    os.makedirs(out, exist_ok=True)
    for name, data in licences(sys.argv[2:]).items():
        (out / name).write_bytes(data)
