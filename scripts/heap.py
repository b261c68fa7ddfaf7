#!/usr/bin/env python3
"""`duban check` on every workbook below some folders: what it says of each, how long it takes and how much memory.

    scripts/heap.py DUBAN FOLDER…

Made for the test files of public spreadsheet libraries, which are not in this repository; docs/formats.md has the result.
Ends with 1 where a file made the program panic, run out of time, or print something that is no JSON.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ENDINGS = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".xlam", ".xla", ".et", ".ods", ".ots", ".fods"}
SECONDS = 20
ROOT = pathlib.Path(__file__).resolve().parent.parent


def check(duban, file):
    """(exit code, seconds, peak MB of the program and its children, output, messages)"""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        command = [duban, "check", "--format", "json", "--plan", ROOT / "seeds/2024/plan.toml", "--period", "2024-06", file]
        child = subprocess.Popen(command, cwd=tempfile.gettempdir(), stdout=out, stderr=err)
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > SECONDS:
                child.kill()
                os.wait4(child.pid, 0)
                return None, SECONDS, 0, b"", b""
            time.sleep(0.002)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        return child.returncode, time.monotonic() - start, usage.ru_maxrss / 1024, out.read(), err.read()


def verdict(findings):
    """The code of the refusal, or `read`."""
    refusals = [f["code"] for f in findings if f["code"] in ("F001", "F002", "F003", "F004")]
    return refusals[0] if refusals else "read"


def main():
    duban, folders = os.path.abspath(sys.argv[1]), [pathlib.Path(f) for f in sys.argv[2:]]
    bad = 0
    for folder in folders:
        counts, worst = collections.Counter(), {"seconds": (0, ""), "MB": (0, "")}
        for file in sorted(f for f in folder.rglob("*") if f.suffix.lower() in ENDINGS and f.is_file()):
            code, seconds, megabytes, out, err = check(duban, file)
            worst["seconds"] = max(worst["seconds"], (round(seconds, 2), file.name))
            worst["MB"] = max(worst["MB"], (round(megabytes), file.name))
            try:
                assert code in (0, 1) and b"panicked" not in err
                findings = [f for one in json.loads(out) for f in one["findings"]]
                counts[verdict(findings)] += 1
            except (AssertionError, ValueError, KeyError) as e:
                bad += 1
                print(f"{file}: exit {code}, {e!r}: {err[-200:].decode(errors='replace')}")
        print(folder.name, sum(counts.values()), dict(sorted(counts.items())), worst, flush=True)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
