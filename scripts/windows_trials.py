#!/usr/bin/env python3
"""Tries the Windows program under wine where Windows differs.

python3 scripts/windows_trials.py DUBAN.EXE [--kills 200] [--only run,held,...]

- run, seal, collect: killed, a third of the kills each, at moments spread over their time; the old or the new must be there, or be put
  right by the next command.
- held: a report that another program holds open is named, and the old package stays whole.
- names: paths of 300 characters, CON.xlsx, 建设局.XLSX beside 建设局.xlsx.
- xlsb: a hostile .xlsb hits the ceiling of its child's allocator and is its department's finding alone.
- console: Chinese on a console of another code page, and UTF-8 in a file.
- door: a window of its own waits before it closes, also after an error; what is dropped is done; the menu does a month.

Needs Debian's wine64 and gcc-mingw-w64-x86-64 (see scripts/wine). Exit 0: all passed.
"""
import argparse
import hashlib
import itertools
import json
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
WINE = str(ROOT / "scripts/wine")
MONTH = "2024-06"


class Desk:
    """A working folder with the sample, and the program."""

    def __init__(self, program, room, name):
        self.program, self.place = program, room / name
        self.place.mkdir()
        for folder in ("inbox", "seeds"):
            shutil.copytree(ROOT / folder, self.place / folder)

    def start(self, *words, **options):
        return subprocess.Popen([WINE, self.program, *words], cwd=self.place, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)

    def duban(self, *words, exits=None):
        done = self.start(*words)
        said = done.communicate(timeout=300)[0].decode("utf-8")
        if exits is not None and done.returncode not in exits:
            raise AssertionError(f"{' '.join(words)}: exit {done.returncode}\n{said[-2000:]}")
        return said

    def killed(self, words, delay):
        """Whether the command had not ended yet."""
        running = self.start(*words)
        try:
            running.communicate(timeout=delay)
            return False
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            return True

    def files(self, folder):
        base = self.place / folder
        return {str(p.relative_to(base)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(base.rglob("*")) if p.is_file()}

    def timed(self, *words, exits=None):
        """How long the command took, and what it said."""
        start = time.monotonic()
        said = self.duban(*words, exits=exits)
        return time.monotonic() - start, said


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def moments(count):
    """Parts of a command's time: half over all of it, half over its last third, where what is there is replaced; by turns, since a
    busy machine takes longer or shorter as the trial goes on."""
    half = count // 2
    whole, late = [(n + 0.5) / half for n in range(half)], [0.65 + 0.4 * (n + 0.5) / (count - half) for n in range(count - half)]
    return [part for both in itertools.zip_longest(whole, late) for part in both if part is not None]


def run(program, room, count):
    desk = Desk(program, room, "run")
    wholes = []
    for more in ([], ["--draft"]):
        whole, _ = desk.timed("run", MONTH, *more, exits=[1])
        wholes.append(desk.files(f"out/{MONTH}"))
    caught = aside = 0
    for n, part in enumerate(moments(count)):
        delay = part * whole
        caught += desk.killed(["run", MONTH, *(["--draft"] if n % 2 else [])], delay)
        left = f"out/{MONTH}"
        if not (desk.place / left).exists():
            left, aside = f"out/.{MONTH}.old", aside + 1
        check(desk.files(left) in wholes, f"run killed after {delay:.2f} s: neither the old nor the new package")
        if sorted(os.listdir(desk.place / "out")) != [MONTH]:
            whole, _ = desk.timed("run", MONTH, "--draft", exits=[1])
            differ = sorted(name for name, _ in desk.files(f"out/{MONTH}").items() ^ wholes[1].items())
            check(not differ, f"run after a kill at {delay:.2f} s: {differ}")
            check(os.listdir(desk.place / "out") == [MONTH], f"left in out: {os.listdir(desk.place / 'out')}")
    return f"run: {caught} of {count} kills met it, {aside} between the two renames"


def seal(program, room, count):
    desk = Desk(program, room, "seal")
    for month in range(1, 6):
        desk.duban("seal", f"2024-0{month}", "--with-open", exits=[0, 1])
    shutil.copytree(desk.place / "archive", desk.place / "before")
    words = ["seal", MONTH, "--with-open"]
    whole, _ = desk.timed(*words, exits=[0, 1])
    caught = sealed = 0
    for part in moments(count):
        subprocess.run(["chmod", "-R", "u+w", desk.place / "archive"], check=True)
        shutil.rmtree(desk.place / "archive")
        shutil.copytree(desk.place / "before", desk.place / "archive")
        caught += desk.killed(words, part * whole)
        there = (desk.place / "archive" / MONTH).exists()
        sealed += there
        took, said = desk.timed(*words)
        check(there == ("不能重复封存" in said), f"seal after a kill: {said}")
        whole = whole if there else took
        said = desk.duban("verify", MONTH, exits=[0])
        left = [name for name in os.listdir(desk.place / "archive") if name.startswith(".")]
        check(MONTH in os.listdir(desk.place / "archive") and not left, f"archive: {left} {said}")
    return f"seal: {caught} of {count} kills met it, {sealed} after the month was sealed; each archive verified"


def collect(program, room, count):
    desk = Desk(program, room, "collect")
    shutil.move(desk.place / "inbox" / MONTH, desk.place / "mail")
    (desk.place / "mail/received.csv").unlink(missing_ok=True)
    words = ["collect", "mail", MONTH, "--received", "2024-07-04"]
    whole, _ = desk.timed(*words, exits=[0, 1])

    def collected():
        files = desk.files(f"inbox/{MONTH}")
        files.pop("received.csv")
        lines = (desk.place / "inbox" / MONTH / "received.csv").read_text("utf-8-sig").splitlines()
        return files, sorted(set(lines))

    expected = collected()
    caught = 0
    for part in moments(count):
        shutil.rmtree(desk.place / "inbox" / MONTH)
        caught += desk.killed(words, part * whole)
        desk.duban(*words, exits=[0, 1])
        check(collected() == expected, f"collect killed after {part * whole:.2f} s")
    return f"collect: {caught} of {count} kills met it; collected again, the inbox and its register are whole"


def held(program, room, _):
    desk = Desk(program, room, "held")
    desk.duban("run", MONTH, exits=[1])
    before = desk.files(f"out/{MONTH}")
    report = next(name for name in before if "汇总表" in name)
    hold = room / "hold.exe"
    subprocess.run(["x86_64-w64-mingw32-gcc", "-municode", "-Os", "-s", "-o", hold, ROOT / "packaging/hold.c"], check=True)
    other = subprocess.Popen([WINE, hold, f"out/{MONTH}/{report}"], cwd=desk.place, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    check(other.stdout.readline().strip() == b"held", "hold.exe")
    said = desk.duban("run", MONTH, "--draft", exits=[2])
    check(report in said and "关闭" in said and said.count("\n") == 1, f"said: {said}")
    check(desk.files(f"out/{MONTH}") == before and os.listdir(desk.place / "out") == [MONTH], "the old package is not whole")
    other.communicate()
    desk.duban("run", MONTH, "--draft", exits=[1])
    check(desk.files(f"out/{MONTH}") != before, "nothing was replaced")
    return f"held: {said.strip()}"


def names(program, room, _):
    desk = Desk(program, room, "names")
    desk.duban("run", MONTH, exits=[1])
    deep = pathlib.Path(*[f"{n}" + "深" * 29 for n in range(10)])
    (desk.place / deep).mkdir(parents=True)
    shutil.copytree(desk.place / "inbox", desk.place / deep / "inbox")
    check(len(str(deep / "out")) > 300, "a short path")
    desk.duban("run", MONTH, "--inbox", str(deep / "inbox"), "--out", str(deep / "out"), exits=[1])
    check(desk.files(deep / "out") == desk.files("out"), "a long path changes the outputs")
    sample = next(p for p in (desk.place / "inbox" / MONTH).iterdir() if p.suffix == ".xlsx")
    mail = desk.place / "mail"
    mail.mkdir()
    with zipfile.ZipFile(mail / "附件.zip", "w") as zip_:
        zip_.write(sample, "CON.xlsx")
    for name in ("建设局.xlsx", "建设局.XLSX", "CON.xlsx", "表..xlsx"):
        (mail / name).write_bytes(sample.read_bytes() + name.encode())
    said = desk.duban("collect", "mail", "2024-07", "--received", "2024-08-02", exits=[0, 1])
    there = sorted(os.listdir(desk.place / "inbox/2024-07"))
    check({"附件.zip", "表..xlsx"} < set(there), f"{there}\n{said}")
    check({"建设局.xlsx", "建设局（2）.xlsx"} < {name.lower() for name in there}, f"{there}\n{said}")
    check("_CON.xlsx" in there or "CON.xlsx" in said, f"{there}\n{said}")
    desk.duban("run", "2024-07", exits=[0, 1])
    return f"names: {len(str(deep / 'out'))} characters; collected {'、'.join(there)}"


def hostile(place):
    """Twenty million empty shared texts in a few kilobytes: calamine keeps each."""
    items = 20_000_000
    texts = bytes([0x9F, 0x01, 8]) + items.to_bytes(4, "little") * 2 + bytes([19, 5, 0, 0, 0, 0, 0]) * items
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.bin", b"")
        book.writestr("xl/_rels/workbook.bin.rels", "<Relationships></Relationships>")
        book.writestr("xl/sharedStrings.bin", texts)


def xlsb(program, room, _):
    desk = Desk(program, room, "xlsb")
    desk.duban("run", MONTH, exits=[1])
    read = lambda: json.loads((desk.place / f"out/{MONTH}/findings.json").read_text("utf-8"))
    before = read()
    hostile(desk.place / "inbox" / MONTH / "公安分局6月.xlsb")
    desk.duban("run", MONTH, exits=[1])
    of_it = [f for f in read() if f["file"] and "公安分局6月.xlsb" in f["file"]]
    check([f["code"] for f in of_it] == ["F004"] and "768 MiB" in of_it[0]["message"] + str(of_it[0]["found"]), f"{of_it}")
    strip = lambda found: [f for f in found if f["department"] != "gafj" and "公安分局6月.xlsb" not in (f["file"] or "")]
    check(strip(read()) == strip(before), "other departments' findings changed")
    return f"xlsb: {of_it[0]['code']} {of_it[0]['message']}"


def console(program, room, _):
    desk = Desk(program, room, "console")
    shown = []

    def read(descriptor):
        bytes_ = os.read(descriptor, 65536)
        shown.append(bytes_)
        return bytes_

    here, silent = os.getcwd(), os.dup(1)
    try:
        os.chdir(desk.place)
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)
        pty.spawn([WINE, "cmd", "/c", "chcp 437 & " + str(program) + " rules"], read)
    finally:
        os.dup2(silent, 1)
        os.chdir(here)
    check("数据" in b"".join(shown).decode("utf-8", "replace"), "no Chinese on a console of code page 437")
    check("用法" in desk.duban("--help", exits=[0]), "help is not UTF-8")
    return "console: Chinese on code page 437; UTF-8 in a pipe"


class Window:
    """A console that closes when the program ends."""

    def __init__(self, desk, *words):
        self.screen = b""
        self.process, self.keys = pty.fork()
        if self.process == 0:
            os.chdir(desk.place)
            os.execvp(WINE, [WINE, *map(str, words)])

    def shows(self, words, seconds=60):
        """Whether these words come to the screen in time; without waiting where the program has ended."""
        end = time.monotonic() + seconds
        while words.encode() not in self.screen and time.monotonic() < end:
            if select.select([self.keys], [], [], 0.2)[0]:
                try:
                    self.screen += os.read(self.keys, 65536)
                except OSError:
                    break
        return words.encode() in self.screen

    def types(self, keys):
        self.screen = b""
        # Keys that come before the program asks for them are lost under wine.
        time.sleep(1)
        os.write(self.keys, f"{keys}\r".encode())

    def ends(self):
        self.shows("\0", 5)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def door(program, room, _):
    desk = Desk(program, room, "door")
    waits, menu = "按回车关闭窗口", "请按数字，再按回车："
    for words, code in ((["explain", "C006"], 0), (["run", "2024-09"], 2), (["没有的命令"], 2)):
        window = Window(desk, program, *words)
        check(window.shows(waits), f"{words}: the window does not wait: {window.screen.decode('utf-8', 'replace')[-500:]}")
        window.types("")
        check(window.ends() == code, f"{words}: another exit code")
    for words in ([program, "run", "2024-09", "--quiet"], ["cmd", "/c", program, "run", "2024-09"]):
        check(not Window(desk, *words).shows(waits, 20), f"{words}: waits for nobody")
    # As Explorer names what is dropped on the program: by drive and backslashes, from anywhere.
    dropped = lambda path: "Z:" + str(desk.place / path).replace("/", "\\")
    report = next(p.name for p in (desk.place / "inbox" / MONTH).iterdir() if p.suffix == ".xlsx")
    for path, codes, made in ((f"inbox/{MONTH}/{report}", [0, 1], None), ("inbox/2024-05", [0, 1], "out/2024-05/结果.html"),
                              ("seeds/2024/notice.txt", [0], "seeds/2024/notice/任务计划.xlsx"), ("seeds/2024/plan.toml", [0], None)):
        window = Window(desk, program, dropped(path))
        check(window.shows(waits), f"{path} dropped: the window does not wait: {window.screen.decode('utf-8', 'replace')[-500:]}")
        window.types("")
        check(window.ends() in codes and (made is None or (desk.place / made).exists()), f"{path} dropped: another end")
    shutil.move(desk.place / "inbox" / MONTH, desk.place / "mail")
    (desk.place / "mail/received.csv").unlink(missing_ok=True)
    window = Window(desk, program, dropped("."))
    check(window.shows(menu), "no menu")
    back, one = "按回车回到菜单", "直接按回车为1）："
    for keys, question in (
            ("x", menu), ("1", "写出位置："), ("nothing.xlsx", "写出位置："), (f'"{dropped("mail")}"', "2024年5月）："),
            ("13", "2024年5月）："), (MONTH, "收到日期"), ("yesterday", "收到日期"), ("2024-07-04", back),
            ("", menu), ("3", "2024年6月）："), ("", one), ("9", one), ("1", one), ("2", back),
            ("", menu), ("7", one), ("", back),
            ("", menu), ("6", "2024年6月）："), ("", one), ("", one), ("2", back), ("", menu)):
        window.types(keys)
        check(window.shows(question), f"{keys}: no “{question}” in: {window.screen.decode('utf-8', 'replace')[-800:]}")
    window.types("0")
    check(window.ends() == 0, "the menu does not end")
    check((desk.place / "out" / MONTH / "结果.html").exists() and (desk.place / "archive" / MONTH).exists(), "no month")
    return "door: a window of its own waits after an error, another's does not; what is dropped is done; the menu did a month"


TRIALS = {trial.__name__: trial for trial in (held, names, xlsb, console, door, run, seal, collect)}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("program", type=pathlib.Path)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--only", help="names of trials with commas between them")
    asked = words.parse_args()
    failed = passed = 0
    # Wine's server runs throughout: one that is killed as it starts is waited for without end.
    held_open = subprocess.Popen([WINE, "cmd"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with held_open as server, tempfile.TemporaryDirectory() as tmp:
        subprocess.run([WINE, asked.program, "--version"], check=True, stdout=subprocess.DEVNULL)
        for name in asked.only.split(",") if asked.only else TRIALS:
            room = pathlib.Path(tmp, name)
            room.mkdir()
            try:
                print(TRIALS[name](asked.program.resolve(), room, max(asked.kills // 3, 2)), flush=True)
                passed += 1
            except AssertionError as why:
                print(f"{name} FAILED: {why}", flush=True)
                failed += 1
            subprocess.run(["chmod", "-R", "u+w", room], check=False)
        server.stdin.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
