// The page: takes files, gives them one by one to the worker, and shows what it says. All text is set as text.
"use strict";
(() => {
  const LONGEST = 60; // seconds for one file
  const SHOWN = 150; // rows with findings that are shown at first
  const LEVELS = { error: "错误", warning: "警告", note: "提示" };
  const results = (window.dubanResults = []);
  const place = (id) => document.getElementById(id);
  const queue = [];
  let worker, busy, timer, limit, wasm, plan, address, jobs = 0, taken = 0;

  if (!window.WebAssembly || !window.Worker || !window.DecompressionStream || !Blob.prototype.stream) return;

  function unpacked(id) {
    const packed = atob(place(id).textContent);
    const bytes = new Uint8Array(packed.length);
    for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
    return bytes;
  }

  function make(tag, text, kind, ...children) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    made.append(...children);
    return made;
  }

  function button(text, act, kind) {
    const made = make("button", text, kind);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  const say = (text) => { place("said").textContent = text; };

  // --- the worker ---

  function hire() {
    // It takes no file before it has said that it begins.
    limit = undefined;
    worker = new Worker(address);
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = (event) => { event.preventDefault(); heard({ job: busy && busy.id, ended: event.message }); };
    worker.postMessage({ wasm, plan });
  }

  function rehire() {
    worker.terminate();
    hire();
  }

  function heard(data) {
    if (data.begun) {
      limit = data.begun.bytes;
      place("unable").hidden = true;
      place("desk").hidden = false;
      next();
      return;
    }
    if (!busy || data.job !== busy.id) {
      if (data.ended) unable();
      return;
    }
    if (data.ended) ended();
    else if (data.answer) answered(busy, data.answer);
    else if (data.pictures) { draw(busy.card, data.pictures); done(); }
    else if (data.marked) { save(busy.card, data); done(); }
  }

  function unable() {
    place("unable").hidden = false;
    place("desk").hidden = true;
  }

  // The core has ended at this file: a new one says of it what the program would.
  function ended() {
    const job = busy;
    rehire();
    if (job.answered || job.task === "unreadable") {
      stopped(job, job.task === "mark" ? "请按下面的意见修改。" : "检查程序在这个文件上停止了，没有检查完。请把文件交给督查室检查。");
    } else {
      note(job.card, "检查程序在这个文件上停止过，已重新启动；其他文件不受影响。");
      queue.unshift({ ...job, task: "unreadable", id: (jobs += 1) });
    }
    done();
  }

  function stopped({ card, task, answered }, sentence) {
    if (task === "mark") {
      card.marking.remove();
      note(card, `没能标注这张表。${sentence}`);
    }
    // What has been found stands, with or without pictures.
    if (answered) return;
    card.dataset.state = "unchecked";
    card.className = "unknown";
    results[card.number] = { file: card.file.name, verdict: "unchecked", error: sentence };
    card.verdict.textContent = sentence;
    card.tools.replaceChildren();
    say(`${card.file.name}：${sentence}`);
  }

  function done() {
    clearInterval(timer);
    if (busy) busy.card.progress.hidden = true;
    busy = undefined;
    next();
  }

  async function next() {
    if (busy || !queue.length || !limit) return;
    const job = (busy = queue.shift());
    const { card } = job;
    let bytes;
    try {
      // One byte over the limit is enough to know.
      bytes = new Uint8Array(await card.file.slice(0, limit + 1).arrayBuffer());
    } catch {
      if (busy !== job) return;
      stopped(job, "读不到这个文件：可能是文件夹，或在选择以后被改动、移走了。请重新选择。");
      done();
      return;
    }
    if (busy !== job) return;
    const began = Date.now();
    card.progress.hidden = false;
    if (!job.answered) card.verdict.textContent = "正在检查";
    timer = setInterval(() => {
      const seconds = Math.round((Date.now() - began) / 1000);
      card.wait.textContent = `正在检查，已用${seconds}秒……`;
      if (seconds >= LONGEST) {
        rehire();
        stopped(job, `检查超过${LONGEST}秒，已停止。请看文件是否过大，或交给督查室检查。`);
        done();
      }
    }, 1000);
    const { id, task, month } = job;
    worker.postMessage({ job: id, task, name: card.file.name, bytes, month }, [bytes.buffer]);
  }

  function ask(card, task, month) {
    queue.push({ card, task, month: month || [0, 0], id: (jobs += 1), answered: task === "mark" });
    next();
  }

  function cancel(card) {
    const sentence = "已取消，没有检查。";
    const waiting = queue.findIndex((job) => job.card === card);
    if (waiting >= 0) stopped(queue.splice(waiting, 1)[0], sentence);
    else if (busy && busy.card === card) {
      rehire();
      stopped(busy, sentence);
      done();
    }
  }

  // --- cards ---

  function take(files) {
    const list = [...files];
    if (!list.length) return;
    const cards = list.map((file) => card(file));
    place("cards").prepend(...cards);
    cards.forEach((one) => ask(one, "check"));
    say(`已放入${list.length}个文件，正在检查。`);
  }

  function card(file) {
    for (const old of place("cards").children) {
      if (old.file.name === file.name && !old.old && old.dataset.state) {
        old.old = true;
        old.body.hidden = true;
        old.filters.hidden = true;
        old.tools.replaceChildren(button("展开这次的意见", (event) => { old.body.hidden = false; event.target.remove(); }));
        note(old, "这是先前的一次检查，新的结果在上面。");
      }
    }
    const made = make("article");
    made.file = file;
    made.number = taken;
    taken += 1;
    const head = make("h2", file.name);
    head.id = `file${made.number}`;
    made.setAttribute("aria-labelledby", head.id);
    made.verdict = make("p", "等待检查", "verdict");
    made.about = make("p", "", "small");
    made.notes = make("div");
    made.progress = make("div");
    made.wait = make("p", "正在检查……", "small");
    const bar = make("progress");
    bar.setAttribute("aria-label", "检查进度");
    made.progress.append(made.wait, bar);
    made.progress.hidden = true;
    made.tools = make("div", "", "", button("取消", () => cancel(made)));
    made.filters = make("div");
    made.body = make("div");
    made.append(head, made.verdict, made.about, made.notes, made.progress, made.tools, made.filters, made.body);
    return made;
  }

  function note(card, text) {
    if (text) card.notes.append(make("p", text, "small"));
  }

  function answered(job, { entry, view }) {
    const { card, month } = job;
    job.answered = true;
    if (job.task === "mark") return;
    card.month = month;
    card.entry = entry;
    card.view = view;
    card.dataset.state = entry.verdict;
    card.className = entry.verdict;
    results[card.number] = entry;
    card.verdict.textContent = view.sentence;
    const whose = (view.files || []).map((one) => [view.files.length > 1 && one.file, one.department || "单位不明"].filter(Boolean).join("："));
    card.about.textContent = [whose.join("、"), view.month, view.compared].filter(Boolean).join("　");
    card.tools.replaceChildren();
    card.filters.replaceChildren();
    card.body.replaceChildren();
    say(`${card.file.name}：${view.sentence}`);
    if (view.months) choose(card, view.months);
    else show(card);
  }

  function choose(card, months) {
    const select = make("select");
    select.setAttribute("aria-label", "这张表的月份");
    months.forEach(([value, text]) => { const one = make("option", text); one.value = value; select.append(one); });
    const again = button("按这个月检查", () => {
      ask(card, "check", select.value.split("-").map(Number));
    });
    card.tools.append(select, again);
  }

  const levelOf = (finding) => (finding.status === "explained" ? "note" : finding.severity);
  const wordOf = (finding) => (finding.status === "explained" ? "已说明" : LEVELS[finding.severity]);

  function show(card) {
    const { entry, view } = card;
    if (view.markable) {
      card.tools.append(button("下载标好的表", () => { note(card, "正在标注……"); card.marking = card.notes.lastChild; ask(card, "mark", card.month); }, "first"));
    }
    if (entry.findings.length) {
      card.tools.append(button("复制意见", (event) => copy(card, event.target)));
      filter(card);
    }
    card.tools.append(button("打印", () => print(card)));
    rows(card, 0);
  }

  function filter(card) {
    for (const [level, word] of Object.entries(LEVELS)) {
      const count = card.entry.findings.filter((one) => levelOf(one) === level).length;
      if (!count) continue;
      const toggle = button(`${word} ${count}`, () => {
        const on = toggle.getAttribute("aria-pressed") === "false";
        toggle.setAttribute("aria-pressed", on);
        card.off = { ...card.off, [level]: !on };
        sift(card);
      });
      toggle.setAttribute("aria-pressed", "true");
      card.filters.append(toggle);
    }
  }

  function sift(card) {
    const off = card.off || {};
    for (const item of card.body.querySelectorAll("li")) item.hidden = !!off[item.className];
    for (const part of [...card.body.querySelectorAll("section section"), ...card.body.querySelectorAll("div > section")]) {
      part.hidden = !part.querySelector("li:not([hidden])");
    }
  }

  function rows(card, from) {
    const { entry, view } = card;
    const several = view.files.length > 1;
    let sheet = card.body.lastElementChild;
    view.groups.slice(from, from + SHOWN).forEach((group) => {
      const name = (group.sheet ? `表“${group.sheet}”` : "整个文件") + (several ? `（${group.file}）` : "");
      if (!sheet || sheet.name !== name) {
        sheet = make("section", "", "", make("h3", name));
        sheet.name = name;
        card.body.append(sheet);
      }
      const part = make("section");
      if (group.row) part.append(make("h4", `第${group.row}行`));
      const picture = make("div", "", "scroll");
      picture.dataset.at = `${group.sheet}!${group.row}`;
      part.append(picture, make("ul", "", "", ...group.findings.map((ix) => item(entry.findings[ix]))));
      sheet.append(part);
    });
    const left = view.groups.length - from - SHOWN;
    if (left > 0) {
      const more = button(`再显示${Math.min(left, SHOWN)}处（还有${left}处）`, () => { more.remove(); rows(card, from + SHOWN); });
      card.body.append(more);
    }
    if (card.pictures) draw(card, card.pictures);
    sift(card);
  }

  function item(finding) {
    const made = make("li", "", levelOf(finding));
    const head = make("p", "", "", make("b", wordOf(finding), levelOf(finding)));
    const found = finding.found && finding.found.trim() ? `“${finding.found}”　` : "";
    head.append([finding.code, finding.cell].filter(Boolean).join(" "), `　${found}${finding.message}`);
    made.append(head);
    if (finding.expected) made.append(make("p", `应为：${finding.expected}`));
    made.append(make("p", `怎么办：${finding.help}`));
    if (finding.explanation) made.append(make("p", `说明：${finding.explanation}`));
    return made;
  }

  function draw(card, pictures) {
    card.pictures = pictures;
    const places = new Map([...card.body.querySelectorAll(".scroll")].map((one) => [one.dataset.at, one]));
    for (const { sheet, row, cells } of pictures) {
      const to = places.get(`${sheet}!${row}`);
      if (!to || to.firstChild) continue;
      const line = (tag, text) => make("tr", "", "", ...cells.map(text).map((cell) => (cell.append ? cell : make(tag, cell))));
      const letters = make("tr", "", "", make("th", ""), ...cells.map((cell) => make("th", cell.column)));
      const heads = line("th", (cell) => cell.head || "");
      heads.prepend(make("th", ""));
      const body = line("td", (cell) => make("td", cell.text, cell.mark || ""));
      body.prepend(make("th", String(row)));
      const table = make("table", "", "", make("thead", "", "", letters), make("tbody", "", "", body));
      if (cells.some((cell) => cell.head)) table.tHead.append(heads);
      table.setAttribute("aria-label", `第${row}行`);
      to.append(table);
      to.tabIndex = 0;
    }
  }

  // --- what a person takes along ---

  function lines({ file, about, entry, view }) {
    const text = [file.name, about.textContent, view.sentence];
    let sheet;
    for (const group of view.groups) {
      if (group.sheet !== sheet) { text.push("", group.sheet ? `表“${group.sheet}”` : "整个文件"); sheet = group.sheet; }
      for (const ix of group.findings) {
        const one = entry.findings[ix];
        const found = one.found && one.found.trim() ? `“${one.found}”` : "";
        text.push(`${wordOf(one)} ${[one.code, one.cell].filter(Boolean).join(" ")}${found} ${one.message}`);
        if (one.expected) text.push(`  应为：${one.expected}`);
        text.push(`  怎么办：${one.help}`);
      }
    }
    return text.join("\n");
  }

  async function copy(card, pressed) {
    const text = lines(card);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      pressed.focus();
    }
    pressed.textContent = "已复制";
    say("意见已复制。");
  }

  function print(card) {
    card.classList.add("printed");
    document.body.classList.add("one");
    window.print();
    card.classList.remove("printed");
    document.body.classList.remove("one");
  }

  function save(card, { marked, name }) {
    if (card.marking) card.marking.remove();
    if (!marked.length) {
      note(card, "这张表不能在原样上标注，请按下面的意见修改。");
      return;
    }
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([marked]));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    note(card, `已下载“${name}”：有问题的单元格涂了色，批注里写着怎么改。`);
    say(`已下载“${name}”。`);
  }

  // --- the door ---

  const drop = place("drop");
  const input = place("files");
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    window.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take(event.dataTransfer.files);
    });
  }

  try {
    wasm = unpacked("core");
    plan = unpacked("plan");
    address = URL.createObjectURL(new Blob([place("worker").textContent], { type: "text/javascript" }));
    hire();
  } catch {
    unable();
  }
})();
