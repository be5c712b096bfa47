/* Formulas in another program's spelling: found, shown before and after, rewritten, taken back. */

import { button, element, show } from "./dom.js";
import * as excel from "./excel.js";
import { attempt, notify } from "./notices.js";
import * as server from "./server.js";
import { say } from "./texts.js";

// Every spelling of ours holds these letters and a bracket; names of ranges, as cfp_factors, have none.
const OURS = /CFP[\w.]*\s*\(/i;
const FORMULAS_A_REQUEST = 5_000;
const LISTED = 200; // more changes than this are counted, not listed

const panel = document.getElementById("panel-formulas");

/** What the panel shows: nothing scanned yet, changes to make, or changes made. */
let state = { step: "start" };

export function refresh() {
  const views = { start, found, done };
  show(panel, element("h2", {}, say("formulas.heading")), views[state.step](state));
}

function enter(next) {
  state = next;
  refresh();
}

const start = () => [
  element("p", { class: "hint" }, say("formulas.hint")),
  element("div", { class: "actions" }, scan_button({ class: "primary" })),
];

const scan_button = (attributes = {}) =>
  button(say(state.step === "start" ? "formulas.scan" : "formulas.scan_again"), () => busily(scan), attributes);

async function scan() {
  const cells = await excel.formulas_like(OURS);
  const changes = [];
  for (let at = 0; at < cells.length; at += FORMULAS_A_REQUEST) {
    const asked = cells.slice(at, at + FORMULAS_A_REQUEST);
    const answer = await server.rebound(asked.map((cell) => cell.formula));
    answer.formulas.forEach(({ text, is_changed }, n) => {
      const { formula: before, ...place } = asked[n];
      if (is_changed) changes.push({ ...place, before, after: text });
    });
  }
  enter({ step: "found", count: cells.length, changes: await excel.with_obstacles(changes) });
}

function found({ count, changes }) {
  if (!changes.length) {
    const key = count ? "formulas.all_fine" : "formulas.none";
    return [element("p", { class: "fine", role: "status" }, say(key, { count })), actions(scan_button())];
  }
  const possible = changes.filter((change) => !change.obstacle);
  const liftable = changes.filter((change) => change.obstacle !== "spilled");
  const rewrite_free = button(
    say("formulas.rewrite", { count: possible.length }),
    () => busily(() => rewrite(possible, changes)),
    { class: "primary" },
  );
  const rewrite_all = button(
    say("formulas.lift", { count: liftable.length }),
    () => busily(() => lifting(liftable, () => rewrite(liftable, changes))),
  );
  return [
    element("p", { role: "status" }, say("formulas.found", { count: changes.length })),
    actions(
      possible.length ? rewrite_free : null,
      liftable.length > possible.length ? rewrite_all : null,
      scan_button(),
    ),
    list(changes),
  ];
}

/** Rewrites the wanted ones of all changes found. */
async function rewrite(wanted, found) {
  const tried = await excel.replace_formulas(wanted.map(({ obstacle: _, ...change }) => change));
  const is_wanted = new Set(wanted);
  const refused = tried.filter((change) => change.obstacle);
  const left = [...found.filter((change) => !is_wanted.has(change)), ...refused];
  enter({ step: "done", made: tried.filter((change) => !change.obstacle), left });
}

const lifting = (changes, work) =>
  excel.unprotected([...new Set(changes.map((change) => change.sheet))], work);

function done({ made, left }) {
  const undo_all = button(say("formulas.undo", { count: made.length }), () => busily(() => undo(made)));
  return [
    element("p", { class: "fine", role: "status" }, say("formulas.rewritten", { count: made.length })),
    actions(made.length ? undo_all : null, scan_button()),
    left.length ? [element("h3", {}, say("formulas.left", { count: left.length })), list(left)] : null,
    made.length ? [element("h3", {}, say("formulas.log")), list(made)] : null,
  ];
}

/** Puts the old formulas back where ours still stand as Excel gave them back. */
async function undo(made) {
  const back = made.map(({ read, before, obstacle: _, ...place }) => ({ ...place, before: read, after: before }));
  // What was rewritten may stand on sheets whose protection was lifted for it.
  const undone = await lifting(back, () => excel.replace_formulas(back));
  const kept = undone.filter((change) => change.obstacle).length;
  enter({ step: "start" });
  if (kept) notify("warning", say("formulas.undone_in_part", { count: undone.length - kept, kept }));
  else notify("done", say("formulas.undone", { count: undone.length }));
}

const actions = (...buttons) => element("div", { class: "actions" }, ...buttons);

function list(changes) {
  const listed = changes.slice(0, LISTED).map(item);
  const more = changes.length - listed.length;
  return [
    element("ul", { class: "changes" }, ...listed),
    more > 0 ? element("p", { class: "hint" }, say("formulas.more", { count: more })) : null,
  ];
}

function item({ sheet, row, column, before, after, obstacle, why }) {
  const where = excel.address(sheet, row, column);
  const select = () => attempt(() => excel.select_cell(sheet, row, column));
  return element(
    "li",
    { class: obstacle ? "kept" : "" },
    button(where, select, { class: "where" }),
    element("del", {}, element("code", {}, before)),
    obstacle
      ? element("p", { class: "why" }, say(`formulas.obstacle.${obstacle}`, { why }))
      : element("ins", {}, element("code", {}, after)),
  );
}

/** Work that takes a while: its buttons rest, and screen readers hear of it. */
async function busily(work) {
  panel.setAttribute("aria-busy", "true");
  panel.focus(); // a button that rests would lose the keyboard
  panel.querySelectorAll(".actions button").forEach((one) => (one.disabled = true));
  await attempt(work);
  panel.removeAttribute("aria-busy");
  panel.querySelectorAll(".actions button").forEach((one) => (one.disabled = false));
}
