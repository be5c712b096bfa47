/* The files on the desk: dropped or chosen, told apart, checked at once, listed with their verdict. */

import { button, element, show } from "../pane/dom.js";
import { attempt, explained } from "../pane/notices.js";
import { figure, say } from "../pane/texts.js";
import * as server from "./server.js";

const LISTED = 300;
/** Where the list stands above what is looked at, as in desk.css. */
const NARROW = "(max-width: 760px)";

/** By the order they came: `{key, name, size, id, kind, product, asks_suppliers, main, problem}`. */
export const files = [];
let numbers = 0;
let selected = null;
let begun = 0;
let opened = () => null;
let drawing = 0;

export const is_workbook = (file) => ["product", "supplier", "workbook"].includes(file.kind);
export const of_kinds = (kinds) => files.filter((file) => kinds.includes(file.kind));
export const by_id = (id) => files.find((file) => file.id === id);

export function begin(open) {
  opened = open;
  const drop = document.getElementById("drop");
  const picker = { files: document.getElementById("files"), folder: document.getElementById("folder") };
  for (const [name, input] of Object.entries(picker)) {
    document.getElementById(`choose-${name}`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      take([...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  // The whole page takes files: who misses the frame does not lose the page to a browser's viewer.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && drop.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    attempt(async () => take(await dropped(event.dataTransfer)));
  });
  draw();
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  return (await Promise.all(entries.map((entry) => within(entry)))).flat();
}

async function within(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    return [{ file: await new Promise((done, failed) => entry.file(done, failed)), name: path }];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(within))).flat();
}

/** Takes files in; a single one is shown as soon as its verdict is there. */
export async function take(given) {
  const wanted = given.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
  if (!wanted.length) return;
  begun = Date.now();
  const entries = wanted.map(({ file, name }) => added(name, file.size));
  if (!selected || wanted.length === 1) select(entries[0]);
  draw();
  await Promise.all(entries.map((entry, at) => received(entry, () => server.upload(wanted[at].file, entry.name, () => entry.is_stopped))));
}

/** Takes the files in that the desk was started with: the server has them already. */
export function take_given(given) {
  begun = Date.now();
  const entries = given.map(({ name }) => added(name, null));
  if (entries.length) select(entries[0]);
  entries.forEach((entry, at) => received(entry, async () => given[at]));
}

/** A file that an action made, as one of the desk's. */
export async function keep(work, name) {
  const entry = added(name, null);
  select(entry);
  await received(entry, () => work.keep(name));
}

function added(name, size) {
  const entry = { key: ++numbers, name, size, kind: null, main: null, works: new Map() };
  files.push(entry);
  return entry;
}

async function received(entry, hand_over) {
  try {
    const { id, name, job } = await hand_over();
    Object.assign(entry, { id, name });
    if (!files.includes(entry)) return await server.remove(id); // removed while it was on its way
    draw();
    const look = await server.follow(new server.Work("look", [id], {}, job)).done;
    if (look.state === "done") {
      const { kind, name: product, asks_suppliers } = look.facts;
      Object.assign(entry, { kind, product, asks_suppliers });
    } else {
      Object.assign(entry, { kind: "other", problem: look.error ?? look });
    }
  } catch (error) {
    Object.assign(entry, { kind: "other", problem: error });
  }
  const first = first_action(entry);
  if (first && files.includes(entry)) {
    try {
      await work_on(entry, first);
    } catch (error) {
      entry.problem = error;
    }
  }
  draw();
  return entry === selected ? opened(entry) : undefined;
}

/** What is done with a file at once. A supplier's sheet waits: its buyer judges it by intake. */
const FIRST = { product: "verify", workbook: "verify", report: "audit" };
export const first_action = (entry) => (entry.problem || entry.is_stopped ? null : (FIRST[entry.kind] ?? null));

/** The work of an action on a file, begun when it is first asked for. */
export async function work_on(entry, action, options = {}, others = []) {
  const name = JSON.stringify([action, options, others.map((file) => file.id)]);
  if (!entry.works.has(name)) {
    const begun = server.start(action, [entry.id, ...others.map((file) => file.id)], options);
    if (action === FIRST[entry.kind]) begun.then((work) => watch(entry, work)).catch(() => null);
    begun.catch(() => entry.works.delete(name));
    entry.works.set(name, begun);
  }
  return entry.works.get(name);
}

/** The list shows what comes of it. */
function watch(entry, work) {
  entry.main = work;
  work.done.then(draw);
}

/** Forgets what came of an action, so that it can be begun again. */
export function forget(entry, work) {
  for (const [name, one] of entry.works) one.then((known) => known === work && entry.works.delete(name));
}

/** Looks at a file, by one of its tabs perhaps, or at what concerns several. */
export function select(what, tab, options) {
  selected = what.together ? null : what;
  draw();
  opened(what, tab, options);
  if (matchMedia(NARROW).matches) document.getElementById("main").scrollIntoView();
}

/** Ends what is done with a file at once, also before it has begun. */
function stop(entry) {
  if (entry.main?.is_over || (!entry.main && entry.kind !== null)) return;
  if (entry.main) attempt(() => entry.main.cancel());
  else entry.is_stopped = true;
  draw();
}

async function remove(entry) {
  files.splice(files.indexOf(entry), 1);
  if (selected === entry) selected = null;
  stop(entry);
  if (entry.id) await server.remove(entry.id);
  draw();
  if (!selected) opened(null);
}

/** Draws the list anew, once for all that changed at a time. */
export function draw() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    document.body.classList.toggle("has-files", files.length > 0);
    show(document.getElementById("summary"), summary());
    show(document.getElementById("together"), together());
    const shown = files.slice(0, LISTED).map(item);
    if (files.length > LISTED) shown.push(element("li", { class: "hint" }, say("files.more", { count: files.length - LISTED })));
    const list = document.getElementById("list");
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    list.replaceChildren(...shown);
    if (focused) list.querySelector(`[data-key="${focused}"]`)?.focus();
  });
}

function item(entry) {
  const { text, looks } = standing(entry);
  const name = entry.name.split("/").pop();
  const open = button(
    [
      element("span", { class: "name" }, name),
      element("span", { class: `badge ${looks}` }, text),
      element("span", { class: "kind" }, [say(`kind.${entry.kind ?? "unknown"}`), entry.product].filter(Boolean).join(" · ")),
    ],
    () => select(entry),
    { class: "file", "data-key": entry.key, "aria-current": entry === selected ? "true" : null, title: entry.name },
  );
  const away = button("✕", () => attempt(() => remove(entry)), { class: "quiet", "aria-label": say("files.remove", { name }) });
  return element("li", {}, open, away);
}

export const ANSWER_LOOKS = { accepted: "high", replaces: "high", unchanged: "high", held: "warning", older: "", other: "warning", opened: "", ignored: "" };

/** In a few words what is known of a file. */
export function standing(entry) {
  if (entry.is_stopped && !entry.main) return { text: say("standing.cancelled"), looks: "" };
  if (entry.problem) return { text: say("standing.problem"), looks: "failed" };
  if (!entry.id) return { text: say("standing.uploading"), looks: "" };
  if (entry.kind === null) return { text: say("standing.looking"), looks: "" };
  const main = entry.main;
  if (entry.answer) return { text: say(`answer.${entry.answer}`), looks: ANSWER_LOOKS[entry.answer] ?? "failed" };
  if (!main) return { text: say(entry.kind === "other" ? "standing.unknown" : "standing.ready"), looks: "" };
  if (main.state === "waiting") return { text: say("standing.waiting"), looks: "" };
  if (main.state === "running") return { text: say("standing.running"), looks: "" };
  if (main.state !== "done") return { text: say(`standing.${main.state}`), looks: main.state === "cancelled" ? "" : "failed" };
  const { status, errors, warnings } = main.facts;
  if (status === "passed" && warnings) return { text: say("standing.warnings", { count: warnings }), looks: "warning" };
  if (status === "passed") return { text: say("standing.passed"), looks: "high" };
  if (status === "failed") return { text: say("standing.errors", { count: errors }), looks: "failed" };
  return { text: say("standing.unreadable"), looks: "failed" };
}

/** What became of a file, for the line above the list. */
function outcome(file) {
  if (file.answer) return "judged";
  if (file.main?.is_over) return file.main.facts.status === "passed" ? "passed" : "failed";
  if (file.problem || file.is_stopped) return "failed";
  return file.kind === "other" ? "unknown" : "waiting";
}

function summary() {
  if (files.length < 2) return null;
  const checked = files.filter((file) => file.problem || file.is_stopped || (file.kind && (!first_action(file) || file.main?.is_over))).length;
  const is_done = checked === files.length;
  const rate = checked / Math.max((Date.now() - begun) / 1000, 0.1);
  const counted = ["passed", "failed", "judged", "waiting", "unknown"].map((name) => [name, files.filter((file) => outcome(file) === name).length]);
  const outcomes = counted.filter(([, count]) => count).map(([name, count]) => say(`summary.${name}`, { count }));
  const words = is_done
    ? say("summary.done", { files: files.length, outcomes: outcomes.join(say("comma")) })
    : say("summary.under_way", { checked, files: files.length, rate: figure(rate, 2), left: Math.ceil((files.length - checked) / Math.max(rate, 0.01)) });
  return [
    element("p", { class: "hint" }, words),
    is_done ? null : element("progress", { max: files.length, value: checked, "aria-label": words }),
    is_done ? null : button(say("cancel_all"), () => files.forEach(stop), { class: "quiet" }),
  ];
}

/** The kinds that hold a supplier's answer, and whether a product is here that asks for one. */
const ANSWERS = ["supplier", "footprint", "bundle"];
export const is_answer = (file) => ANSWERS.includes(file.kind);
export const can_take_in = () => files.some((file) => file.asks_suppliers) && of_kinds(ANSWERS).length > 0;

/** What can be done with several files at once; not before it is known what each of them is. */
function together() {
  if (files.some((file) => file.kind === null)) return [];
  const [report] = [selected, ...of_kinds(["report"])].filter((file) => file?.kind === "report");
  const [product] = of_kinds(["product"]);
  return [
    can_take_in() ? offer_intake() : null,
    report && product ? offer("audit", "≟", () => select(report, "audit", { against: product.id })) : null,
    files.filter(is_workbook).length > 1 ? offer("diff", "⇄", () => select({ together: "diff" })) : null,
  ].filter(Boolean);
}

const offer = (name, sign, go) =>
  button([element("span", { "aria-hidden": "true" }, `${sign} `), say(`together.${name}`)], go, { class: "offer" });

export const offer_intake = () => offer("intake", "⇣", () => select({ together: "intake" }));

export const said_of = (problem) =>
  problem instanceof Error ? explained(problem) : Object.values(problem.said ?? {})[0];
