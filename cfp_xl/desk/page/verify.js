/* The verification of a workbook: both verdicts, the stages, the findings, what was not checked. */

import { element } from "../pane/dom.js";
import { figure, percentage, say } from "../pane/texts.js";
import { cell_of, findings_list } from "./findings.js";
import { downloads, working } from "./working.js";

const DIGITS = 6;

export const verify = (place, file, { open }) =>
  working(place, file, "verify", (document, work) => view(document.files[0], work, open));

function view(file, work, open) {
  const go = (one) => (file.footprint && one.cell ? () => open("why", { cell: cell_of(one) }) : null);
  return [
    verdict(file),
    file.footprint ? footprint(file.footprint) : null,
    element("h3", {}, say("verify.findings")),
    findings_list(file.findings, { group_of: (one) => one.sheet ?? say("verify.whole_file"), place_of: cell_of, go }),
    not_checked(file.not_checked),
    downloads(work),
    element("p", { class: "hint fingerprint" }, say("verify.file", { sha256: file.sha256 ?? "–" })),
  ];
}

const STATUS_LOOKS = { passed: "fine", failed: "problem" };

function verdict(file) {
  const count = (severity) => file.findings.filter((one) => one.severity === severity).length;
  const values = { ...file.cells, errors: count("error"), warnings: count("warning") };
  const looks = file.status === "passed" && values.warnings ? "warning" : (STATUS_LOOKS[file.status] ?? "problem");
  const could_read = file.status === "passed" || file.status === "failed";
  return element(
    "div",
    { class: `verdict ${looks}`, role: "status" },
    element("p", { class: "headline" }, say(`verify.status.${file.status === "passed" && values.warnings ? "passed_with_warnings" : file.status}`, values)),
    could_read ? element("p", {}, element("strong", {}, say("verify.verdict.recalculation")), say(`verify.recalculation.${file.recalculation}`, values)) : null,
    could_read ? element("p", {}, element("strong", {}, say("verify.verdict.conformity")), say(`verify.conformity.${file.conformity}`, values)) : null,
  );
}

function footprint({ total_kgco2e, functional_unit, by_stage, factor_set }) {
  const known = total_kgco2e !== null;
  const largest = Math.max(0, ...Object.values(by_stage).map((stage) => stage.kgco2e ?? 0));
  const amount = element(
      "div",
      { class: `total ${known ? "" : "unknown"}` },
      element("p", { class: "value" }, known ? [element("strong", {}, figure(total_kgco2e, DIGITS)), " kgCO2e"] : element("strong", { class: "unknown" }, say("verify.no_total"))),
      functional_unit ? element("p", { class: "hint" }, say("verify.per", { functional_unit })) : null,
      factor_set ? element("p", { class: "hint factors" }, say("verify.factors", { factor_set })) : null,
  );
  const stages = Object.entries(by_stage).map(([id, stage]) => bar(id, stage, largest, total_kgco2e));
  return element("div", { class: "footprint" }, amount, element("ul", { class: "bars", "aria-label": say("verify.stages") }, stages));
}

function bar(id, { state, kgco2e }, largest, total) {
  const name = say(`stage.${id}`);
  const share = total && kgco2e ? ` · ${percentage(kgco2e / total)}` : "";
  const amount = kgco2e === null || state !== "value" ? say(`state.${state}`) : `${figure(kgco2e, DIGITS)} kgCO2e${share}`;
  const filled = largest && kgco2e > 0 ? element("progress", { max: largest, value: kgco2e, "aria-label": `${name} ${amount}` }) : null;
  return element("li", { class: `bar ${state === "failed" ? "failed" : state === "missing" ? "missing" : ""}` }, element("span", { class: "name" }, name), element("span", { class: "amount" }, amount), filled);
}

function not_checked(items) {
  if (!items.length) return null;
  return element("details", { class: "not-checked" }, element("summary", {}, say("verify.not_checked", { count: items.length })), element("ul", {}, items.map((one) => element("li", {}, one.message))));
}
