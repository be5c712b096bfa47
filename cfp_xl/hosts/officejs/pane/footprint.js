/* The footprint of the open workbook: its total, its stages as bars, and what stands in the way. */

import { button, debounced, element } from "./dom.js";
import * as excel from "./excel.js";
import { attempt } from "./notices.js";
import { refresher } from "./panel.js";
import * as server from "./server.js";
import { figure, percentage, say } from "./texts.js";

const ACTIVITIES = "cfp_activities";
const FACTORS = "cfp_factors";
const FUNCTIONAL_UNIT = "cfp_functional_unit";
const PAUSE_MS = 600;
const DIGITS = 6;
const LISTED = 100; // more problems than this are counted, not listed

const panel = document.getElementById("panel-footprint");

/** Shows the footprint anew after every edit, while it is the footprint that is looked at. */
export async function begin() {
  const again = debounced(() => panel.hidden || refresh(), PAUSE_MS);
  if (excel.is_in_excel()) await attempt(() => excel.on_edit(again));
}

export const refresh = refresher(panel, heading, overview);

async function overview() {
  const names = await excel.read_names([ACTIVITIES, FACTORS, FUNCTIONAL_UNIT]);
  const activities = names[ACTIVITIES];
  if (!activities?.cells.length) {
    return element("p", { class: "empty" }, say("footprint.no_activities"));
  }
  const factors = names[FACTORS]?.cells.length ? names[FACTORS].cells : null;
  const found = await server.footprint(activities.cells, factors);
  const functional_unit = excel.setting(names[FUNCTIONAL_UNIT]);
  return [total(found, functional_unit), bars(found.stages), problems(found, activities)];
}

function heading() {
  const again = button(say("footprint.refresh"), () => refresh(), { class: "quiet" });
  return element("div", { class: "heading" }, element("h2", {}, say("footprint.heading")), again);
}

function total(found, functional_unit) {
  const is_known = found.total_kgco2e !== null;
  const amount = is_known
    ? [element("strong", {}, figure(found.total_kgco2e, DIGITS)), " kgCO2e"]
    : [element("strong", { class: "unknown" }, say(`footprint.total.${found.state}`))];
  return element(
    "div",
    { class: `total ${is_known ? "" : "unknown"}` },
    element("p", { class: "value" }, ...amount),
    functional_unit ? element("p", { class: "hint" }, say("footprint.per", { functional_unit })) : null,
  );
}

function bars(stages) {
  const largest = Math.max(...stages.map((stage) => stage.kgco2e ?? 0));
  return element("ul", { class: "bars" }, ...stages.map((stage) => bar(stage, largest)));
}

function bar(stage, largest) {
  const is_value = stage.state === "value";
  const share = stage.share === null ? "" : ` · ${percentage(stage.share)}`;
  const words = is_value
    ? `${figure(stage.kgco2e, DIGITS)} kgCO2e${share}`
    : say(`footprint.state.${stage.state}`);
  const length = is_value && largest > 0 ? Math.round((stage.kgco2e / largest) * 100) : 0;
  return element(
    "li",
    { class: `bar ${stage.state}` },
    element("span", { class: "name" }, stage.name),
    element("span", { class: "amount" }, words),
    element("progress", { max: 100, value: length, "aria-hidden": "true" }),
  );
}

function problems(found, activities) {
  const listed = found.problems.slice(0, LISTED);
  const rows = listed.map((problem) => row_problem(problem, activities));
  const more = found.problems.length - listed.length;
  const notes = found.notes.map((note) => element("li", {}, element("p", {}, note)));
  if (!rows.length && !notes.length) {
    return element("p", { class: "fine", role: "status" }, say("footprint.fine"));
  }
  return [
    element("h3", {}, say("footprint.problems", { count: found.problems.length + notes.length })),
    element("ul", { class: "problems" }, ...rows, ...notes),
    more > 0 ? element("p", { class: "hint" }, say("footprint.more", { count: more })) : null,
  ];
}

function row_problem(problem, activities) {
  const { sheet, row, column } = activities;
  const at = [sheet, row + problem.row, column + (problem.column ?? 0)];
  const where = excel.address(...at);
  const content = [
    element("span", { class: "where" }, where),
    element("span", { class: `badge ${problem.state}` }, say(`footprint.state.${problem.state}`)),
    element("span", { class: "what" }, problem.label),
    element("span", { class: "why" }, problem.message),
  ];
  const select = () => attempt(() => excel.select_cell(...at));
  const shown = { type: "button", class: "problem", onclick: select };
  return element("li", {}, element("button", shown, ...content));
}
