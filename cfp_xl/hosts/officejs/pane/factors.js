/* Factors: searched by words, put into the active cell as a formula or into the factor sheet. */

import { Problem, button, copy, debounced, element, show } from "./dom.js";
import * as excel from "./excel.js";
import { attempt, notify } from "./notices.js";
import * as server from "./server.js";
import { figure, say } from "./texts.js";

const PAUSE_MS = 250;
const FACTORS = "cfp_factors";
const GWP_SET = "cfp_gwp_set";

const words = document.getElementById("words");
const found = document.getElementById("found");
const cards = document.getElementById("cards");

let gwp_set = "";
let own = null;
let searching = new AbortController();

export function begin() {
  const search_soon = debounced(() => search(), PAUSE_MS);
  // While an input method composes, what stands in the field is letters, not yet the words.
  words.addEventListener("input", (event) => event.isComposing || search_soon());
  words.addEventListener("compositionend", search_soon);
  words.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") cards.querySelector("button")?.focus();
  });
}

/** Reads the workbook's GWP set anew and searches again, in the language of the pane. */
export async function refresh() {
  if (excel.is_in_excel()) {
    const names = await attempt(() => excel.read_names([GWP_SET]));
    gwp_set = names ? excel.setting(names[GWP_SET]) : "";
  }
  await search();
}

async function search() {
  searching.abort();
  searching = new AbortController();
  const { signal } = searching;
  const typed = words.value.trim();
  if (!typed) {
    found.textContent = say("factors.hint");
    show(cards);
    return;
  }
  await attempt(async () => {
    const answer = await server.search_factors(typed, await own_factors(), signal);
    const count = answer.factors.length;
    const key = count === 0 ? "none" : answer.has_more ? "found_more" : "found";
    const { missing } = answer;
    if (missing) found.textContent = say("factors.missing", { what: missing });
    else found.textContent = say(`factors.${key}`, { count, words: typed });
    show(cards, answer.factors.map(card));
  });
}

/**
 * The workbook's table of factors, read anew: somebody may have typed one in since. As it was last
 * while Excel gives none, as when a cell is being edited.
 */
async function own_factors() {
  if (!excel.is_in_excel()) return null;
  const names = await excel.read_names([FACTORS]).catch(() => null);
  if (names) own = names[FACTORS]?.cells.length ? names[FACTORS].cells : null;
  return own;
}

function card(factor) {
  const title = element("h2", {}, factor.name);
  const value = element(
    "p",
    { class: "value" },
    element("strong", {}, figure(factor.value)),
    ` ${factor.unit}/${factor.per_unit}`,
  );
  const id = element(
    "p",
    { class: "id" },
    element("code", {}, factor.id),
    button(say("factors.copy"), () => attempt(() => copied(factor)), {
      "aria-label": say("factors.copy_label", { id: factor.id }),
      class: "quiet",
    }),
  );
  const actions = element(
    "div",
    { class: "actions" },
    button(say("factors.insert"), () => attempt(() => insert(factor)), { class: "primary" }),
    factor.is_own ? null : button(say("factors.add"), () => attempt(() => add(factor))),
  );
  return element("li", { class: "card" }, title, value, badges(factor), id, source(factor), actions);
}

function badges(factor) {
  const { region, year, confidence } = factor;
  const made = [region, year && String(year)].filter(Boolean).map((text) => badge(text));
  if (confidence) made.push(badge(say(`factors.confidence.${confidence}`), `confidence ${confidence}`));
  if (factor.unit === "kgCO2") made.push(badge(say("factors.co2_only"), "warning"));
  if (factor.gwp_set) made.push(gwp_badge(factor.gwp_set));
  return element("p", { class: "badges" }, ...made);
}

/** Whether the factor holds other GWPs than the workbook says it uses. */
function gwp_badge(of_factor) {
  if (!gwp_set || same(gwp_set, of_factor)) return badge(say("factors.gwp", { set: of_factor }));
  return badge(say("factors.gwp_differs", { set: of_factor, workbook: gwp_set }), "warning");
}

const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
const badge = (text, kind = "") => element("span", { class: `badge ${kind}` }, text);

function source(factor) {
  const { title, publisher, date, table } = factor.source;
  const line = [publisher, date, table].filter(Boolean).join(" · ");
  return element(
    "p",
    { class: "source" },
    element("span", { class: "label" }, say("factors.source")),
    element("cite", {}, title || say("factors.no_source")),
    line ? element("span", {}, line) : null,
    !factor.gwp_set && factor.gwp_note ? element("span", {}, factor.gwp_note) : null,
  );
}

async function copied(factor) {
  await copy(factor.id);
  notify("done", say("factors.copied", { id: factor.id }));
}

async function insert({ formula }) {
  const cell = await excel.active_cell();
  const where = excel.address(cell.sheet, cell.row, cell.column);
  if (cell.content === "") return write(cell, where, formula);
  notify("warning", say("factors.occupied", { where, content: String(cell.content) }), [
    [say("factors.overwrite"), () => write(cell, where, formula)],
  ]);
  return undefined;
}

async function write(cell, where, formula) {
  const shown = await excel.write_formula(cell, formula);
  if (shown === "#NAME?") notify("warning", say("factors.not_loaded", { where }));
  else notify("done", say("factors.inserted", { where, formula }));
}

async function add(factor) {
  const table = await excel.table_of(FACTORS);
  const { row: cells } = await server.factor_row(factor.id, table.headings);
  const id = cells.indexOf(factor.id);
  const cell_of_id = (row) => [table.sheet, row, table.column + id];
  const known = table.rows.findIndex((row) => same(String(row[id]), factor.id));
  if (known >= 0) {
    const at = cell_of_id(table.row + 1 + known);
    await excel.select_cell(...at);
    notify("done", say("factors.already", { id: factor.id, where: excel.address(...at) }));
    return;
  }
  const { row, values } = free_row(table, cells);
  const finish = async () => {
    await excel.write_row({ ...table, row }, values);
    await excel.select_cell(...cell_of_id(row));
    notify("done", say("factors.added", { id: factor.id, where: excel.address(...cell_of_id(row)) }));
  };
  try {
    await finish();
  } catch (error) {
    if (error.key !== "protected") throw error;
    notify("warning", say("factors.protected", { sheet: table.sheet }), [
      [say("factors.lift"), () => excel.unprotected([table.sheet], finish)],
    ]);
  }
}

/** The first row that shows nothing where the factor goes, and the values to write: formulas stay. */
function free_row(table, cells) {
  const is_free = (row) => cells.every((value, at) => value === null || row[at] === "");
  const found = table.rows.findIndex(is_free);
  const below = found < 0 ? table.rows.length : found;
  const row = table.row + 1 + below;
  if (row >= table.end) throw new Problem("factor_sheet_full", { name: FACTORS });
  const entered = table.entered[below] ?? [];
  return { row, values: cells.map((value, at) => (entered[at] ? null : value)) };
}
