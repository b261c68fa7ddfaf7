// The core at work on one file at a time, beside the page, which stays free to answer.
"use strict";
let core;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function put(which, bytes) {
  const at = core.room(which, bytes.length) >>> 0;
  new Uint8Array(core.memory.buffer, at, bytes.length).set(bytes);
}

function made(length) {
  return new Uint8Array(core.memory.buffer, core.made() >>> 0, length >>> 0).slice();
}

const json = (length) => JSON.parse(decoder.decode(made(length)));

async function inflate(bytes) {
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}

async function begin({ wasm, plan }) {
  const [module, text] = await Promise.all([inflate(wasm).then((code) => WebAssembly.compile(code)), inflate(plan)]);
  // The zip library could encrypt, and would ask the browser for random numbers then. Nothing is encrypted here.
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => { throw new Error(name); };
  }
  core = (await WebAssembly.instantiate(module, imports)).exports;
  put(0, text);
  const begun = json(core.open());
  if (begun.wrong) throw new Error(begun.wrong);
  postMessage({ begun });
}

function work({ job, task, name, bytes, month }) {
  put(1, encoder.encode(name));
  put(2, bytes);
  core.month(...month);
  const answer = json(task === "unreadable" ? core.unreadable() : core.check());
  if (task === "mark") {
    const marked = made(core.mark());
    const length = marked.length ? new DataView(marked.buffer).getUint32(0, true) : 0;
    const named = decoder.decode(marked.subarray(4, 4 + length));
    postMessage({ job, marked: marked.slice(4 + length), name: named });
    return;
  }
  postMessage({ job, answer });
  postMessage({ job, pictures: task === "unreadable" ? [] : json(core.pictures()) });
}

onmessage = async ({ data }) => {
  try {
    await (data.wasm ? begin(data) : work(data));
  } catch (error) {
    postMessage({ job: data.job, ended: String(error) });
  }
};
