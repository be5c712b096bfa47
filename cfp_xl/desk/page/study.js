/* How sure a footprint is: the interval, what moves it, the largest rows, the scenarios. */

import { element } from "../pane/dom.js";
import { figure, percentage, say } from "../pane/texts.js";
import { change, histogram, swing } from "./charts.js";
import { downloads, working } from "./working.js";

const DIGITS = 4;
const TOP = 10;
const kg = (value) => (value === null ? "–" : `${figure(value, DIGITS)} kgCO2e`);

export const study = (place, file) => working(place, file, "study", view);

function view(study, work) {
  return [
    interval(study),
    tornado(study),
    hotspots(study.hotspots),
    scenarios(study),
    quality(study.data_quality),
    downloads(work),
  ];
}

function interval(study) {
  const per = study.functional_unit ? say("verify.per", { functional_unit: study.functional_unit }) : "";
  const total = element("p", { class: "value" }, element("strong", {}, figure(study.deterministic, 6)), " kgCO2e ", element("span", { class: "hint" }, per));
  const [low, high] = study.low !== null ? [study.low, study.high] : [study.analytic?.low ?? null, study.analytic?.high ?? null];
  if (low === null) {
    return [element("div", { class: "total" }, total), element("p", { class: "empty" }, say("study.none_stated"))];
  }
  const words = say("study.interval", { low: figure(low, DIGITS), high: figure(high, DIGITS) });
  return [
    element("div", { class: "total" }, total, element("p", {}, words), study.median !== null ? element("p", { class: "hint" }, say("study.method", { draws: figure(study.draws), median: kg(study.median), gsd2: study.gsd2 === null ? "–" : figure(study.gsd2, 3) })) : null),
    study.simulation ? histogram(study.simulation.histogram, low, high, words) : null,
  ];
}

function tornado({ tornado, contributions, deterministic }) {
  if (!tornado.length) return null;
  const shares = new Map(contributions.map((one) => [one.input, one.variance_share]));
  const some = tornado.slice(0, TOP);
  const least = Math.min(...some.flatMap((bar) => [bar.low, bar.high]));
  const most = Math.max(...some.flatMap((bar) => [bar.low, bar.high]));
  return [
    element("h3", {}, say("study.tornado")),
    element("p", { class: "hint" }, say("study.tornado_how")),
    element("ul", { class: "rows" }, some.map((bar) => {
      const share = shares.get(bar.input);
      const words = say("study.swing", { low: figure(bar.low, DIGITS), high: figure(bar.high, DIGITS) });
      return element("li", {}, element("span", { class: "name" }, bar.input), element("span", { class: "amount" }, words, share ? ` · ${percentage(share)}` : ""), swing(bar.low, bar.high, deterministic, least, most, words));
    })),
  ];
}

function hotspots(rows) {
  if (!rows.length) return null;
  return [
    element("h3", {}, say("study.hotspots")),
    element("ul", { class: "bars" }, rows.slice(0, TOP).map((one) =>
      element("li", { class: "bar" }, element("span", { class: "name" }, one.row), element("span", { class: "amount" }, kg(one.kgco2e), one.share === null ? "" : ` · ${percentage(one.share)}`), one.share > 0 ? element("progress", { max: 1, value: Math.min(one.share, 1), "aria-label": one.row }) : null),
    )),
  ];
}

function scenarios({ scenarios, deterministic }) {
  if (!scenarios.length) return null;
  const most = Math.max(...scenarios.map((one) => Math.abs(one.delta ?? 0)));
  return [
    element("h3", {}, say("study.scenarios")),
    element("p", { class: "hint" }, say("study.scenarios_how", { total: kg(deterministic) })),
    element("ul", { class: "rows" }, scenarios.map((one) => {
      if (one.problem) return element("li", { class: "failed" }, element("span", { class: "name" }, one.name), element("span", { class: "amount" }, one.problem));
      const words = `${kg(one.total_kgco2e)} (${one.delta > 0 ? "+" : ""}${figure(one.delta, DIGITS)})`;
      return element("li", {}, element("span", { class: "name" }, one.name), element("span", { class: "amount" }, words, one.probability_below === null ? "" : ` · ${say("study.likely", { share: percentage(one.probability_below) })}`), change(one.delta, most, words), one.note ? element("p", { class: "hint" }, one.note) : null);
    })),
  ];
}

function quality({ ratings, primary_share }) {
  const lines = Object.entries(ratings).map(([aspect, one]) => [say(`quality.${aspect}`), one.value === null ? "–" : `${figure(one.value, 2)} (${say("study.coverage", { share: percentage(one.coverage) })})`]);
  if (primary_share !== null) lines.push([say("study.primary"), percentage(primary_share)]);
  if (!lines.length) return null;
  return [element("h3", {}, say("study.quality")), element("dl", {}, lines.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]))];
}
