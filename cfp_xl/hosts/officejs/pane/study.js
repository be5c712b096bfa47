/* How sure the footprint of the open workbook is, and what it depends on most. */

import { element } from "./dom.js";
import { current_language, figure, percentage, say } from "./texts.js";

const LISTED = 10;
const DIGITS = 4;

/** The total with its 95 % range, the inputs behind the range, the largest rows. */
export const study_view = (study) => [
  total(study),
  list("study.uncertain", study.contributions.filter((one) => one.variance_share > 0), (one) => ({
    name: one.label[current_language()],
    amount: percentage(one.variance_share),
    share: one.variance_share,
  })),
  list("study.largest", study.hotspots, (one) => ({
    name: one.row,
    amount: `${figure(one.kgco2e, DIGITS)} kgCO2e · ${percentage(one.share)}`,
    share: one.share,
  })),
];

function total({ deterministic, low, high, draws, functional_unit }) {
  const is_known = low !== null && high !== null;
  const ends = is_known && { low: figure(low, DIGITS), high: figure(high, DIGITS), draws: figure(draws) };
  return element(
    "div",
    { class: "total", role: "status" },
    element("p", { class: "value" }, element("strong", {}, figure(deterministic, DIGITS)), " kgCO2e"),
    functional_unit ? element("p", { class: "hint" }, say("footprint.per", { functional_unit })) : null,
    element("p", { class: "range" }, is_known ? say("study.range", ends) : say("study.no_range")),
  );
}

function list(heading, found, shown_as) {
  if (!found.length) return null;
  return [element("h3", {}, say(heading)), element("ul", { class: "bars" }, found.slice(0, LISTED).map((one) => bar(shown_as(one))))];
}

const bar = ({ name, amount, share }) =>
  element(
    "li",
    { class: "bar" },
    element("span", { class: "name" }, name),
    element("span", { class: "amount" }, amount),
    element("progress", { max: 1, value: Math.min(Math.max(share, 0), 1), "aria-hidden": "true" }),
  );
