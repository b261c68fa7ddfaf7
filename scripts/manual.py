#!/usr/bin/env python3
"""Makes 使用说明.html of the Chinese pages of docs/: one file, no script, no outside resource.

python3 scripts/manual.py OUT.html
"""
import base64
import html
import pathlib
import re
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
# The pages a clerk needs first; every other page of docs/ whose title is Chinese follows.
FIRST = ["install.md", "menu.md", "operations.md", "departments.md", "plan-format.md", "plan-import.md", "formats.md"]

STYLE = """body{font:16px/1.7 "Noto Sans CJK SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif;max-width:52rem;margin:auto;padding:1rem;color:#222}
h1{border-bottom:2px solid #b22222;margin-top:3rem}nav li{list-style:none}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #bbb;padding:.3rem .5rem;vertical-align:top;text-align:left}pre{background:#f5f5f5;padding:.7rem;overflow-x:auto}
code{background:#f5f5f5;padding:0 .2rem;overflow-wrap:anywhere}img{max-width:100%;border:1px solid #ccc}
@media print{body{font-size:10.5pt;max-width:none}h1{page-break-before:always}pre{white-space:pre-wrap}}"""


def inline(text, pages):
    """Code, links, pictures and bold of a line."""

    def link(match):
        picture, words, target = match.groups()
        page, _, _ = target.partition("#")
        if picture:
            data = base64.b64encode((DOCS / target).read_bytes()).decode()
            return f'<img alt="{words}" src="data:image/png;base64,{data}">'
        # Of the repository alone, nothing stands in a package.
        return f'<a href="#{page}">{words}</a>' if page in pages else words

    def piece(n, text):
        if n % 2:
            return f"<code>{html.escape(text)}</code>"
        text = re.sub(r"(!?)\[([^\]]*)\]\(([^)]+)\)", link, html.escape(text))
        return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)

    return "".join(piece(n, part) for n, part in enumerate(text.split("`")))


def cells(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def page(name, text, pages):
    """A page of Markdown as HTML: headings, paragraphs, lists, tables, code and comments, as docs/ uses them."""
    out, lists, lines = [], [], text.splitlines()
    at = 0

    def close(depth=0):
        while len(lists) > depth:
            out.append(f"</li></{lists.pop()[0]}>")

    while at < len(lines):
        line = lines[at]
        at += 1
        item = re.match(r"( *)([-*]|\d+\.) +(.*)", line)
        if line.startswith("```"):
            end = next(n for n in range(at, len(lines)) if lines[n].startswith("```"))
            close()
            out.append("<pre>" + html.escape("\n".join(lines[at:end])) + "</pre>")
            at = end + 1
        elif line.startswith("#"):
            close()
            depth, title = re.match(r"(#+) (.*)", line).groups()
            mark = f' id="{name}"' if len(depth) == 1 else ""
            out.append(f"<h{len(depth)}{mark}>{inline(title, pages)}</h{len(depth)}>")
        elif line.startswith("|"):
            close()
            rows = [line]
            while at < len(lines) and lines[at].startswith("|"):
                rows.append(lines[at])
                at += 1
            kind = {0: "th"}
            made = ["".join(f"<{kind.get(n, 'td')}>{inline(c, pages)}</{kind.get(n, 'td')}>" for c in cells(row))
                    for n, row in enumerate(rows) if n != 1]
            out.append("<table><tr>" + "</tr><tr>".join(made) + "</tr></table>")
        elif item:
            indent, sign, words = item.groups()
            tag = "ol" if sign[0].isdigit() else "ul"
            while lists and lists[-1][1] > len(indent):
                out.append(f"</li></{lists.pop()[0]}>")
            if lists and lists[-1][1] == len(indent):
                out.append("</li>")
            else:
                lists.append((tag, len(indent)))
                out.append(f"<{tag}>")
            out.append(f"<li>{inline(words, pages)}")
        elif line.startswith("<!--"):
            continue
        elif line.strip():
            while at < len(lines) and lines[at].strip() and not re.match(r" *([-*]|\d+\.) |[|#`]", lines[at]):
                line += "\n" + lines[at]
                at += 1
            if lists and line.startswith(" "):
                out.append("<br>" + inline(line.strip(), pages))
            else:
                close()
                out.append(f"<p>{inline(line, pages)}</p>")
    close()
    return "\n".join(out)


def manual(version):
    titled = {p.name: p.read_text("utf-8") for p in sorted(DOCS.glob("*.md"))}
    titles = {name: text.splitlines()[0].removeprefix("# ") for name, text in titled.items()}
    chinese = [name for name in titled if re.search("[\u4e00-\u9fff]", titles[name])]
    pages = [*(name for name in FIRST if name in chinese), *(name for name in chinese if name not in FIRST)]
    contents = "".join(f'<li><a href="#{name}">{html.escape(titles[name])}</a></li>' for name in pages)
    body = "\n".join(page(name, titled[name], pages) for name in pages)
    return (f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>督办使用说明</title><style>{STYLE}</style></head><body>"
            f"<p><b>督办 {version} 使用说明</b></p><nav><ul>{contents}</ul></nav>\n{body}\n</body></html>\n")


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_text(manual(""), encoding="utf-8")
