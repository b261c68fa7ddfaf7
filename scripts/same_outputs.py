#!/usr/bin/env python3
"""Tells whether two builds of duban write the same bytes.

python3 scripts/same_outputs.py BEFORE AFTER [--corpus DIR] [--runs sample,year] [--files] [--jobs 2] [--keep FILE]

Each program runs the same commands in fresh folders:

- the six months of the bundled sample: `run` of all of them, `forms`, `status`, `show` of every task, `trace --all`,
  `check` of June's files, `seal`, `verify`, `diff`;
- `year/` of a corpus, all its months;
- every case of a corpus, with its plan and its register of receipts.

Compared are every file that was written, byte for byte, what was printed, and the exit code. `--keep FILE` stores the hashes
of BEFORE there and takes them from there the next time, so that one baseline serves many comparisons. A program may be a
command line ("qemu-aarch64 target/…/duban", "scripts/wine …/duban.exe"). `--runs` names the runs; `--files` leaves out what was
printed (paths look different on Windows).
Exit 0: all the same; 1: something differs, and it is listed.
"""
import argparse
import csv
import hashlib
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLE = [
    ["run", "--period", "2024-01..2024-06", "--detail"],
    ["run", "--period", "2024-06", "--draft", "--as-of", "2024-06-20", "--out", "draft"],
    ["forms", "--period", "2024-07"],
    ["status", "--period", "2024-06"],
    ["trace", "--all"],
    ["show", "--format", "json", "1"],
    *[["show", str(task)] for task in range(1, 21)],
    ["rules"],
    ["diff", "2024-05", "2024-06"],
    ["template", "vars"],
    ["plan", "check", "seeds/2024/plan.toml"],
    ["plan", "import", "seeds/2024/notice.txt", "--out", "draft.toml"],
    *[["seal", "--period", f"2024-0{month}", "--with-open"] for month in range(1, 7)],
    ["verify"],
    ["run", "--period", "2024-06", "--out", "again"],
]


def command(line):
    """A program and what stands before it, found from any folder."""
    return [str(pathlib.Path(word).resolve()) if pathlib.Path(word).exists() else word for word in shlex.split(line)]


def digest(data):
    return hashlib.sha256(data).hexdigest()


def tree(folder):
    """Every file below a folder by its path, as a hash; what was put there to begin with is left out by the caller."""
    return {str(p.relative_to(folder)): digest(p.read_bytes()) for p in sorted(folder.rglob("*")) if p.is_file()}


def call(program, words, place):
    done = subprocess.run([*program, *words], cwd=place, capture_output=True, timeout=600, check=False)
    shown = [stream.replace(str(place).encode(), b"PLACE") for stream in (done.stdout, done.stderr)]
    return f"exit {done.returncode}", *map(digest, shown)


def sample(program, place):
    for folder in ("inbox", "seeds", "templates"):
        shutil.copytree(ROOT / folder, place / folder)
    june = sorted(p for p in (place / "inbox/2024-06").rglob("*") if p.is_file() and p.name != "received.csv")
    checks = [["check", "--format", "json", str(p.relative_to(place))] for p in june]
    return {" ".join(words): call(program, words, place) for words in [*SAMPLE[:-8], *checks, *SAMPLE[-8:]]}


def receipts(inbox, rows, period):
    by_month = {}
    for row in rows:
        by_month.setdefault(row.get("period", period), []).append((row["file"], str(row["received"])))
    for month, lines in by_month.items():
        with open(inbox / month / "received.csv", "w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([("file", "received"), *lines])


def one_case(program, place, corpus, case):
    told = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    plan = case / "plan.toml"
    shutil.copy(plan if plan.exists() else corpus / "plan.toml", place / "plan.toml")
    shutil.copytree(case / "inbox", place / "inbox", symlinks=True)
    receipts(place / "inbox", told.get("receipt", []), told["period"])
    return {"run": call(program, ["run", "--plan", "plan.toml", "--period", told["period"]], place)}


def year(program, place, corpus):
    shutil.copy(corpus / "year/plan.toml", place / "plan.toml")
    shutil.copytree(corpus / "year/inbox", place / "inbox")
    expected = tomllib.loads((corpus / "year/expected.toml").read_text(encoding="utf-8"))
    for month in expected["month"]:
        receipts(place / "inbox", month.get("receipt", []), month["period"])
    return {m["period"]: call(program, ["run", "--plan", "plan.toml", "--period", m["period"]], place) for m in expected["month"]}


def observed(program, name, corpus, room):
    place = room / "duban-same-outputs" / name.replace("/", "-")
    place.mkdir(parents=True)
    if name == "sample":
        printed = sample(program, place)
    elif name == "year":
        printed = year(program, place, corpus)
    else:
        printed = one_case(program, place, corpus, corpus / "cases" / name)
    skip = ("inbox/", "seeds/", "templates/", "archive/")
    files = {path: hash_ for path, hash_ in tree(place).items() if not path.startswith(skip)}
    # Of an archive only what does not hold the time of sealing.
    archived = {p: h for p, h in tree(place).items() if p.startswith("archive/") and not p.endswith(("seal.json", "seal.sha256", "manifest.json", ".csv"))}
    shutil.rmtree(place)
    return {"printed": {k: list(v) for k, v in printed.items()}, "files": files | archived}


def all_of(program, names, corpus, jobs):
    with tempfile.TemporaryDirectory() as tmp, ThreadPoolExecutor(jobs) as pool:
        done = pool.map(lambda name: observed(program, name, corpus, pathlib.Path(tmp)), names)
        return dict(zip(names, done))


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("before", type=command)
    words.add_argument("after", type=command)
    words.add_argument("--corpus", type=pathlib.Path, help="a folder with cases/, year/ and plan.toml; without it the sample alone")
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--keep", type=pathlib.Path)
    words.add_argument("--runs", help="names of runs with commas between them")
    words.add_argument("--files", action="store_true", help="compare files alone")
    asked = words.parse_args()
    names = ["sample"]
    if asked.corpus:
        names += ["year", *sorted(c.name for c in (asked.corpus / "cases").iterdir() if (c / "case.toml").exists())]
    if asked.runs:
        names = asked.runs.split(",")
    if asked.keep and asked.keep.exists():
        before = json.loads(asked.keep.read_text(encoding="utf-8"))
    else:
        before = all_of(asked.before, names, asked.corpus, asked.jobs)
        if asked.keep:
            asked.keep.write_text(json.dumps(before), encoding="utf-8")
    after = all_of(asked.after, names, asked.corpus, asked.jobs)
    differ = 0
    for name in names:
        print(f"{name}: files {digest(json.dumps(after[name]['files'], sort_keys=True).encode())}")
        for kind in ["files"] if asked.files else ["printed", "files"]:
            old, new = before[name][kind], after[name][kind]
            for key in sorted(old.keys() | new.keys()):
                if old.get(key) != new.get(key):
                    differ += 1
                    print(f"{name}: {kind} {key}: {'missing' if key not in new else 'new' if key not in old else 'differs'}")
    files = sum(len(after[name]["files"]) for name in names)
    print(f"{len(names)} runs, {files} files: {differ or 'none'} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
