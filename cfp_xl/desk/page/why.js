/* Why a number is what it is: the answer in a sentence, and a tree that unfolds down to sources. */

import { button, element } from "../pane/dom.js";
import { current_language, figure, percentage, say } from "../pane/texts.js";
import { downloads, working } from "./working.js";

const DIGITS = 6;
const UNFOLDED = 2;

export function why(place, file, { cell = "", open }) {
  const input = element("input", { type: "search", id: "cell", value: cell, placeholder: say("why.placeholder"), autocomplete: "off", spellcheck: "false" });
  const asked = element(
    "form",
    { class: "ask", onsubmit: (event) => { event.preventDefault(); open("why", { cell: input.value.trim() }); } },
    element("label", { for: "cell" }, say("why.ask")),
    input,
    element("button", { type: "submit", class: "primary" }, say("why.go")),
    cell ? button(say("why.total"), () => open("why", {})) : null,
  );
  const answer = element("div", { tabindex: "-1" });
  place.append(asked, answer);
  return working(answer, file, "why", (document, work) => view(document, work, open), { options: cell ? { cell } : {} });
}

const both = (text) => text[current_language()];

function view(document, work, open) {
  return [
    element("p", { class: `sentence ${document.tree.error ? "failed" : ""}` }, both(document.sentence)),
    element("ul", { class: "tree", "aria-label": say("why.tree") }, node(document.tree, 0, open)),
    document.unfollowed.length
      ? element("details", {}, element("summary", {}, say("why.unfollowed", { count: document.unfollowed.length })), element("ul", {}, document.unfollowed.map((one) => element("li", {}, `${one.cell ?? ""} ${both(one.why)}`))))
      : null,
    downloads(work),
  ];
}

function node(one, depth, open) {
  const head = [
    element("span", { class: "label" }, both(one.label)),
    element("span", { class: `amount ${one.error ? "failed" : ""}` }, amount(one)),
    one.share !== null && depth ? element("span", { class: "share" }, percentage(one.share)) : null,
    one.share > 0 && depth ? element("progress", { max: 1, value: Math.min(one.share, 1), "aria-hidden": "true" }) : null,
  ];
  const more = [
    one.cell || one.formula ? element("p", { class: "hint from" }, one.cell ? element("code", {}, one.cell) : null, one.formula ? element("code", {}, ` ${one.formula}`) : null) : null,
    one.notes.map((note) => element("p", { class: "hint" }, both(note))),
    one.is_cut && one.cell ? button(say("why.deeper"), () => open("why", { cell: one.cell }), { class: "quiet" }) : null,
  ];
  const left = one.left_out;
  const rest = left ? element("li", { class: "hint" }, say("why.left_out", { count: left.count, share: left.share === null ? "–" : percentage(left.share) })) : null;
  if (!one.children.length) return element("li", { class: "leaf" }, element("div", { class: "head" }, head), more);
  return element(
    "li",
    {},
    element("details", { open: depth < UNFOLDED }, element("summary", { class: "head" }, head), more, element("p", { class: "joins" }, say(`why.joins.${one.joins}`)), element("ul", {}, one.children.map((child) => node(child, depth + 1, open)), rest)),
  );
}

function amount({ value, error, unit }) {
  if (error) return error;
  if (value === null) return "–";
  const shown = typeof value === "number" ? figure(value, DIGITS) : String(value);
  return unit ? `${shown} ${unit}` : shown;
}
