// Tries 自查.html in a real browser, from file:// under a Chinese path with spaces: what the page says of a file is what
// `duban check --format json` says, its marked copy is that of `check --mark`, byte by byte, and no request leaves.
//
//   node scripts/page.mjs chromium|firefox DUBAN CORPUS... [--every N]
//
// A corpus is a folder with an `inbox` in it, or with cases below it that have one; a plan.toml lies beside it or further up.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";

const puppeteer = createRequire(path.join(process.env.PAGE_MODULES, "x.js"))("puppeteer-core");
const args = process.argv.slice(2);
const option = (name) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const every = Number(option("--every") ?? 1);
const [browserName, program, ...corpora] = args;
const duban = path.resolve(program);
const desk = fs.mkdtempSync(path.join(os.tmpdir(), "自查 页面 "));
let failed = 0;
const wrong = (text) => { failed += 1; console.log(`WRONG ${text}`); };

// --- cases ---

function* inboxes(folder) {
  const own = path.join(folder, "inbox");
  if (fs.existsSync(own)) {
    yield own;
    return;
  }
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    yield* inboxes(path.join(folder, entry.name));
  }
}

function planOf(folder, top) {
  for (let at = path.dirname(folder); ; at = path.dirname(at)) {
    const plan = ["plan.toml", "seeds/2024/plan.toml"].map((name) => path.join(at, name)).find(fs.existsSync);
    if (plan) return plan;
    if (at === top || at === path.dirname(at)) return undefined;
  }
}

const filesIn = (folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== "received.csv")
  .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();

const plans = new Map();
for (const corpus of corpora) {
  const top = path.resolve(corpus);
  for (const inbox of inboxes(top)) {
    const plan = planOf(inbox, top);
    if (!plan) continue;
    const text = fs.readFileSync(plan, "utf8");
    if (!plans.has(text)) plans.set(text, { plan, files: [] });
    plans.get(text).files.push(...filesIn(inbox));
  }
}

function check(plan, file, ...more) {
  const words = ["check", path.basename(file), "--plan", path.resolve(plan), "--inbox", "无", "--archive", "无", "--format", "json", ...more];
  try {
    return JSON.parse(execFileSync(duban, words, { cwd: path.dirname(file), maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] }))[0];
  } catch (error) {
    return JSON.parse(error.stdout)[0];
  }
}

// --- the browser ---

const launch = {
  browser: browserName === "firefox" ? "firefox" : "chrome",
  headless: true,
  executablePath: browserName === "firefox" ? "/usr/bin/firefox-esr" : "/usr/bin/chromium",
  args: browserName === "firefox" ? [] : [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--log-net-log=${desk}/net.json`,
  ],
  protocolTimeout: 600000,
};

async function open(page, html) {
  const began = Date.now();
  await page.goto(`file://${html.split("/").map(encodeURIComponent).join("/")}`);
  await page.waitForSelector("#desk:not([hidden])", { timeout: 60000 });
  return Date.now() - began;
}

async function give(page, files) {
  const before = await page.evaluate(() => window.dubanResults.length);
  const input = await page.$("#files");
  await input.uploadFile(...files);
  await page.waitForFunction((n) => window.dubanResults.filter(Boolean).length >= n, { timeout: 600000, polling: 50 }, before + files.length);
  return page.evaluate((n) => window.dubanResults.slice(n), before);
}

// The blob that is saved is what the page gives to the browser.
const keepBlobs = () => {
  const make = URL.createObjectURL;
  window.saved = [];
  URL.createObjectURL = (blob) => { window.saved.push(blob); return make.call(URL, blob); };
};

async function marked(page, number) {
  return page.evaluate(async (number) => {
    const card = document.getElementById(`file${number}`).closest("article");
    const button = [...card.querySelectorAll("button")].find((one) => one.textContent === "下载标好的表");
    if (!button) return undefined;
    const before = window.saved.length;
    button.click();
    for (let wait = 0; wait < 2400 && window.saved.length === before; wait += 1) {
      if (card.textContent.includes("不能在原样上标注")) return undefined;
      await new Promise((done) => setTimeout(done, 50));
    }
    const bytes = new Uint8Array(await window.saved[before].arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  }, number);
}

const browser = await puppeteer.launch(launch);
const page = await browser.newPage();
const asked = new Set();
page.on("request", (request) => asked.add(request.url().split(":")[0]));
page.on("pageerror", (error) => wrong(`a script failed: ${error.message}`));
page.on("console", (message) => { if (message.type() === "error") wrong(`the console says: ${message.text()}`); });
let files = 0, copies = 0;
const began = Date.now();
for (const { plan, files: all } of plans.values()) {
  const html = path.join(desk, "自查.html");
  execFileSync(duban, ["page", "--plan", plan, "--out", html]);
  await open(page, html);
  await page.evaluate(keepBlobs);
  const some = all.filter((_, at) => at % every === 0);
  // As many at a time as a person may drop.
  for (let at = 0; at < some.length; at += 20) {
    const batch = some.slice(at, at + 20);
    const results = await give(page, batch);
    const first = await page.evaluate((n) => window.dubanResults.length - n, batch.length);
    for (const [ix, file] of batch.entries()) {
      files += 1;
      const expected = check(plan, file);
      if (!isDeepStrictEqual(results[ix], expected)) {
        wrong(`${file}\n  page:  ${JSON.stringify(results[ix])}\n  check: ${JSON.stringify(expected)}`);
      }
      if (!/\.(xlsx|xlsm)$/i.test(file)) continue;
      const folder = fs.mkdtempSync(path.join(desk, "标 注 "));
      const own = path.join(folder, path.basename(file));
      fs.copyFileSync(file, own);
      check(plan, own, "--mark");
      const made = fs.readdirSync(folder).filter((name) => name !== path.basename(file));
      const bytes = await marked(page, first + ix);
      if ((made.length > 0) !== (bytes !== undefined)) wrong(`${file}: ${made} beside a copy of the page ${bytes !== undefined}`);
      else if (bytes !== undefined) {
        copies += 1;
        if (!fs.readFileSync(path.join(folder, made[0])).equals(Buffer.from(bytes, "base64"))) wrong(`${file}: the marked copy is another`);
      }
      fs.rmSync(folder, { recursive: true });
    }
  }
}

// --- a core that ends, one that takes too long, and cancelling: whatever becomes of a file, the next ones are checked ---

// Files are told by their names here; the time passes twentyfold.
const spoil = () => {
  const { now } = Date, began = now(), { setInterval } = window;
  Date.now = () => began + (now() - began) * 20;
  window.setInterval = (act, ms) => setInterval(act, ms / 20);
  window.Worker = class extends Worker {
    postMessage(message, moved = []) {
      const { name, task } = message;
      if (name?.startsWith("久")) return;
      const ends = name?.startsWith("总崩") || (name?.startsWith("崩") && task === "check") || task === "mark";
      super.postMessage(ends ? { ...message, bytes: null } : message, ends ? [] : moved);
    }
  };
};

async function survives() {
  const html = path.join(desk, "自查.html");
  const named = [...plans.values()].flatMap(({ plan, files }) => files.map((file) => ({ plan, file })));
  const faulty = named.find(({ plan, file }) => file.endsWith(".xlsx") && check(plan, file).verdict === "errors");
  if (!faulty) return;
  execFileSync(duban, ["page", "--plan", faulty.plan, "--out", html]);
  const trial = await browser.newPage();
  trial.on("pageerror", (error) => wrong(`a script failed: ${error.message}`));
  await trial.evaluateOnNewDocument(spoil);
  await open(trial, html);
  const folder = fs.mkdtempSync(path.join(desk, "停 止 "));
  const copies = (...names) => names.map((name) => {
    const copy = path.join(folder, `${name}.xlsx`);
    fs.copyFileSync(faulty.file, copy);
    return copy;
  });
  const press = (name, text) => trial.evaluate((name, text) => {
    const card = [...document.querySelectorAll("article")].find((one) => one.file.name === `${name}.xlsx`);
    [...card.querySelectorAll("button")].find((one) => one.textContent === text).click();
  }, name, text);
  const expect = (what, results, verdicts) => {
    const are = results.map((one) => one.verdict);
    if (!isDeepStrictEqual(are, verdicts)) wrong(`${what}: ${are}, not ${verdicts}`);
  };
  const fine = check(faulty.plan, copies("好")[0]).verdict;
  expect("ends once, then always", await give(trial, copies("崩", "好一", "总崩", "好二")), ["refused", fine, "unchecked", fine]);
  expect("takes too long", await give(trial, copies("久", "好三")), ["unchecked", fine]);
  const waiting = give(trial, copies("久一", "好四", "久二", "好五"));
  await trial.waitForFunction(() => document.querySelectorAll("article").length >= 10, { polling: 50 });
  await press("好四", "取消");
  await press("久一", "取消");
  expect("cancelled", await waiting, ["unchecked", "unchecked", "unchecked", fine]);
  await press("好五", "下载标好的表");
  await trial.waitForFunction(() => document.body.textContent.includes("没能标注这张表"), { timeout: 60000, polling: 50 });
  await trial.close();
}
await survives();
for (const kind of asked) if (!["file", "blob", "data", "about"].includes(kind)) wrong(`a request by ${kind}`);
await browser.close();
console.log(`${browserName}: ${files} files, ${copies} marked copies, ${plans.size} plans, ${((Date.now() - began) / 1000).toFixed(0)} s, requests: ${[...asked].join(" ") || "none"}`);
fs.rmSync(desk, { recursive: true });
console.log(`${Math.max(files - failed, 0)} passed, ${failed} failed`);
process.exit(failed || !files ? 1 : 0);
