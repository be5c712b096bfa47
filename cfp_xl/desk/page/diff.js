/* What changed between two workbooks, the largest effect on the total first. */

import { button, element, show } from "../pane/dom.js";
import { current_language, figure, say } from "../pane/texts.js";
import { change } from "./charts.js";
import * as files from "./files.js";
import { downloads, working } from "./working.js";

const DIGITS = 6;
const SHOWN = 200;

export function diff(main) {
  const known = files.files.filter((file) => files.is_workbook(file) && file.id);
  const workbooks = known.toSorted((a, b) => (b.kind === "product") - (a.kind === "product"));
  const choose = (name, at) =>
    element("label", {}, element("span", {}, say(`diff.${name}`)), element("select", { name }, workbooks.map((file, n) => element("option", { value: file.id, selected: n === at }, file.name))));
  const answer = element("div", { tabindex: "-1" });
  const form = element("form", { class: "ask", onsubmit: (event) => { event.preventDefault(); run(form, answer); } }, choose("old", 0), choose("new", 1), element("button", { type: "submit", class: "primary" }, say("diff.go")), button(say("diff.swap"), () => swap(form)));
  show(main, element("h2", {}, say("together.diff")), element("p", { class: "hint" }, say("diff.how")), form, answer);
}

function swap({ elements }) {
  [elements.old.value, elements.new.value] = [elements.new.value, elements.old.value];
}

const run = ({ elements }, answer) =>
  working(answer, files.by_id(elements.old.value), "diff", view, { others: [files.by_id(elements.new.value)] });

function view(document, work) {
  const changes = document.changes;
  const place = element("div");
  draw(place, changes, SHOWN);
  return [totals(document.totals), element("h3", {}, say("diff.changes", { count: changes.length })), changes.length ? place : element("p", { class: "fine" }, say("diff.none")), element("p", { class: "hint" }, say("diff.not_compared")), downloads(work)];
}

function totals(found) {
  if (!found) return element("p", { class: "empty" }, say("diff.no_totals"));
  const difference = found.after - found.before;
  const causes = Object.entries(found.by_cause);
  const most = Math.max(...causes.map(([, value]) => Math.abs(value)), 0);
  return [
    element("div", { class: "total" }, element("p", { class: "value" }, element("strong", {}, `${figure(found.before, DIGITS)} → ${figure(found.after, DIGITS)}`), " kgCO2e"), element("p", {}, say("diff.difference", { difference: signed(difference) }))),
    element("ul", { class: "rows" }, causes.map(([cause, value]) => element("li", {}, element("span", { class: "name" }, say(`cause.${cause}`)), element("span", { class: "amount" }, `${signed(value)} kgCO2e`), change(value, most, signed(value))))),
  ];
}

const signed = (value) => `${value > 0 ? "+" : ""}${figure(value, 4)}`;

function draw(place, changes, shown) {
  const head = ["cell", "kind", "what", "before", "after", "effect"].map((name) => element("th", { scope: "col" }, say(`diff.${name}`)));
  const rows = changes.slice(0, shown).map((one) =>
    element("tr", {}, element("td", {}, one.cell ?? ""), element("td", {}, say(`change.${one.kind}`)), element("td", {}, one.what[current_language()]), element("td", {}, one.before || "∅"), element("td", {}, one.after || "∅"), element("td", { class: "number" }, one.effect_kgco2e === null ? "" : signed(one.effect_kgco2e))),
  );
  place.replaceChildren(element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": say("diff.table") }, element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows))));
  if (changes.length > shown) place.append(button(say("findings.more", { count: Math.min(SHOWN, changes.length - shown) }), () => draw(place, changes, shown + SHOWN)));
}
