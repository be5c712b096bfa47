/* What the page asks of the server on this machine; nothing is asked of any other. */

import { Problem } from "../pane/dom.js";
import { current_language } from "../pane/texts.js";

const TOKEN = "cfp-xl.desk.token";
const POLL_MS = 300;
const POLL_LATER_MS = 1000;
const LATER_MS = 10_000;
const ALIVE_MS = 45_000;
const UPLOADS_AT_ONCE = 4;

let token = "";
let visit = "";
let offered = {};
let limit_mib = 0;

export const actions = () => offered;
export const upload_limit_mib = () => limit_mib;

/** Takes the token out of the address, where nobody shall copy it from, and begins a visit: the files
 * that the desk was started with. */
export async function begin() {
  const given = decodeURIComponent(location.hash.slice(1));
  if (/^[\w-]{16,128}$/.test(given)) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname);
  }
  token = sessionStorage.getItem(TOKEN) ?? "";
  const begun = await ask("POST", "", {});
  visit = begun.visit;
  offered = begun.actions;
  limit_mib = begun.upload_limit_mib;
  setInterval(() => ask("GET", "/jobs").catch(() => null), ALIVE_MS);
  // What was dropped is removed with the page; a page that comes back out of the browser's memory
  // has lost it, and begins anew.
  addEventListener("pagehide", () => ask("DELETE", "", undefined, { keepalive: true }).catch(() => null));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  return begun.files;
}

async function ask(method, path, body, more = {}) {
  const answer = await fetched(method, path, body, more);
  return answer.json();
}

async function fetched(method, path, body, more = {}) {
  const is_file = body instanceof Blob;
  const headers = { Authorization: `Bearer ${token}` };
  if (body !== undefined) headers["Content-Type"] = is_file ? "application/octet-stream" : "application/json";
  const [place, query = ""] = path.split("?");
  const address = `../api/desk/visits${visit && `/${visit}`}${place}?${query && `${query}&`}lang=${current_language()}`;
  const content = body === undefined || is_file ? body : JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(address, { method, headers, body: content, cache: "no-store", ...more });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("server_away");
  }
  if (answer.ok) return answer;
  if (answer.status === 401) throw new Problem("token");
  const told = await answer.json().catch(() => null);
  throw new Problem("server", { why: told?.error?.message ?? `HTTP ${answer.status}` });
}

/** Something that is being done, or was. `done` settles when it is over, whatever came of it. */
export class Work extends EventTarget {
  constructor(action, files, options, id) {
    super();
    Object.assign(this, { action, files, options, id, state: "waiting", seconds: 0, said: {}, facts: {} });
    this.downloads = [];
    this.has_document = false;
    this.begun = Date.now();
    this.documents = {};
    this.done = new Promise((resolve) => (this.settle = resolve));
  }

  get is_over() {
    return this.state !== "waiting" && this.state !== "running";
  }

  take(told) {
    const before = this.state;
    Object.assign(this, told);
    if (this.state !== before) this.dispatchEvent(new Event("change"));
    if (this.is_over) this.settle(this);
  }

  fail(error) {
    this.error = error;
    this.take({ state: "failed" });
  }

  /** What the page shows of it, in the language shown. */
  document() {
    const lang = current_language();
    this.documents[lang] ??= ask("GET", `/jobs/${this.id}/result`);
    return this.documents[lang];
  }

  cancel() {
    return ask("DELETE", `/jobs/${this.id}`);
  }

  async download(name) {
    const answer = await fetched("GET", `/jobs/${this.id}/files/${encodeURIComponent(name)}`);
    const address = URL.createObjectURL(await answer.blob());
    const link = document.createElement("a");
    Object.assign(link, { href: address, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  /** Makes a file that it made one of the page's: what `upload` gives. */
  keep = (name) => ask("POST", `/jobs/${this.id}/keep`, { name });
}

const works = new Map();
let polling = null;

/** Begins an action on files of the page. */
export async function start(action, files, options = {}) {
  const { id } = await ask("POST", "/jobs", { action, files, options });
  return follow(new Work(action, files, options, id));
}

export function follow(work) {
  works.set(work.id, work);
  polling ??= poll(Date.now());
  return work;
}

async function poll(begun) {
  while ([...works.values()].some((work) => !work.is_over)) {
    await new Promise((resolve) => setTimeout(resolve, Date.now() - begun > LATER_MS ? POLL_LATER_MS : POLL_MS));
    try {
      const { jobs } = await ask("GET", "/jobs");
      for (const job of jobs) works.get(job.id)?.take(job);
    } catch (error) {
      for (const work of works.values()) if (!work.is_over) work.fail(error);
    }
    for (const [id, work] of works) if (work.is_over) works.delete(id);
  }
  polling = null;
}

let uploading = 0;
const waiting = [];

/** Hands a file over, a few at a time, unless it `is_stopped()` by then: `{id, name, job}`. */
export async function upload(file, name, is_stopped) {
  if (file.size > limit_mib * 1024 * 1024) throw new Problem("too_large", { limit_mib });
  if (uploading >= UPLOADS_AT_ONCE) await new Promise((resolve) => waiting.push(resolve));
  uploading += 1;
  try {
    if (is_stopped()) throw new Problem("cancelled");
    return await ask("PUT", `/files?name=${encodeURIComponent(name)}`, file);
  } finally {
    uploading -= 1;
    waiting.shift()?.();
  }
}

export const remove = (id) => ask("DELETE", `/files/${id}`);
