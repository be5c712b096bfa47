/* The open workbook at the desk on this machine: both verdicts, the findings with their cells; why
   the active cell is what it is; how sure the total is; and the report to save. */

import { Problem, button, element, show } from "./dom.js";
import * as excel from "./excel.js";
import { attempt } from "./notices.js";
import * as server from "./server.js";
import { study_view } from "./study.js";
import { current_language, figure, percentage, say } from "./texts.js";

const LISTED = 200;
const DIGITS = 6;
const SEVERITIES = ["error", "warning", "info"];
const FORMATS = ["docx", "pdf", "html"];
const LOOKS = { error: "failed", warning: "warning", info: "" };

const panel = document.getElementById("panel-verify");
let shown = null;

/** The panel as it was left: nothing is sent to the server unasked. */
export async function refresh() {
  const check = button(say("check.verify"), () => work("verify", verdict), { class: "primary" });
  const trace = button(say("check.why"), () => work("why", reasons));
  const study = button(say("check.study"), () => work("study", sureness));
  show(
    panel,
    element("h2", {}, say("check.heading")),
    element("p", { class: "hint" }, say("check.how")),
    element("div", { class: "actions" }, check, trace, study),
    report_form(),
    element("div", { id: "checked", tabindex: "-1" }),
    element("p", { class: "actions" }, element("a", { href: server.desk_address(), target: "_blank", rel: "noreferrer" }, say("check.desk"))),
  );
  if (shown) show(document.getElementById("checked"), shown());
}

function report_form() {
  const format = element("select", { name: "format", "aria-label": say("check.format") }, FORMATS.map((name) => element("option", { value: name }, say(`report.format.${name}`))));
  const draft = element("input", { type: "checkbox", name: "draft" });
  const make = (event) => {
    event.preventDefault();
    work("report", made, { format: format.value, draft: draft.checked });
  };
  return element("form", { class: "report", onsubmit: make }, format, element("button", { type: "submit" }, say("report.go")), element("label", {}, draft, say("report.draft")));
}

/** Hands the open workbook to the desk, and shows what comes back. */
const work = (action, view, chosen = {}) =>
  attempt(async () => {
    const place = document.getElementById("checked");
    show(place, element("p", { class: "hint", role: "status" }, say(`check.busy_${action}`)), element("progress", { "aria-label": say(`check.busy_${action}`) }));
    panel.setAttribute("aria-busy", "true");
    shown = null;
    try {
      const state = await excel.workbook_state();
      const active = action === "why" ? await excel.active_cell() : null;
      const options = active ? { cell: excel.address(active.sheet, active.row, active.column) } : chosen;
      const { job, document } = await server.desk_work(await excel.workbook_bytes(), state.name, action, options);
      if (job.state !== "done" && job.state !== "refused") throw new Problem("server", { why: words(job).join(" ") });
      shown = () => (job.state === "refused" ? refusal(job) : view(document, state, job));
    } finally {
      panel.removeAttribute("aria-busy");
      show(place, shown ? shown() : null);
    }
  });

const words = (job) => job.said[current_language()].split("\n").filter((line) => line);
const as_of = ({ is_dirty }) => element("p", { class: "hint" }, say(is_dirty ? "check.unsaved" : "check.saved"));

const refusal = (job) =>
  element("div", { class: "verdict problem", role: "alert" }, words(job).map((line, at) => element("p", { class: at ? "" : "headline" }, line)));

/** Saved by the browser in which Excel shows the pane. */
const made = (_, state, job) => [
  element("div", { class: "verdict fine", role: "status" }, element("p", { class: "headline" }, say("report.made")), words(job).map((line) => element("p", {}, line)), as_of(state)),
  element("p", { class: "actions" }, job.downloads.map(({ name }) => button(say("check.save", { name }), () => attempt(() => server.save_file(job, name)), { class: "primary" }))),
];

function verdict(document, state) {
  const [file] = document.files;
  const count = (severity) => file.findings.filter((one) => one.severity === severity).length;
  const values = { ...file.cells, errors: count("error"), warnings: count("warning") };
  const is_passed = file.status === "passed";
  const status = is_passed && values.warnings ? "passed_with_warnings" : file.status;
  const could_read = is_passed || file.status === "failed";
  const looks = !is_passed ? "problem" : values.warnings ? "warning" : "fine";
  const sorted = SEVERITIES.flatMap((one) => file.findings.filter((found) => found.severity === one));
  const more = sorted.length - LISTED;
  return [
    element(
      "div",
      { class: `verdict ${looks}`, role: "status" },
      element("p", { class: "headline" }, say(`verify.status.${status}`, values)),
      could_read ? element("p", {}, say("verify.verdict.recalculation"), say(`verify.recalculation.${file.recalculation}`, values)) : null,
      could_read ? element("p", {}, say("verify.verdict.conformity"), say(`verify.conformity.${file.conformity}`, values)) : null,
      as_of(state),
    ),
    sorted.length ? element("ul", { class: "problems" }, sorted.slice(0, LISTED).map(finding)) : null,
    more > 0 ? element("p", { class: "hint" }, say("check.more", { count: more })) : null,
  ];
}

function finding(one) {
  const at = one.sheet && one.cell ? place_of(one.cell) : null;
  const content = [
    element("span", { class: "where" }, at ? excel.address(one.sheet, at.row, at.column) : (one.sheet ?? say("verify.whole_file"))),
    element("span", { class: `badge ${LOOKS[one.severity]}` }, say(`severity.${one.severity}`)),
    element("span", { class: "what" }, one.message),
    one.hint ? element("span", { class: "why" }, one.hint) : null,
  ];
  if (!at) return element("li", {}, element("p", {}, content));
  const select = () => attempt(() => excel.select_cell(one.sheet, at.row, at.column));
  return element("li", {}, element("button", { type: "button", class: "problem", onclick: select }, content));
}

/** Row and column of the first cell of `B7` or `B7:C9`, from 0. */
function place_of(address) {
  const [, letters, digits] = /^([A-Z]+)(\d+)/.exec(address) ?? [];
  if (!letters) return null;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(digits) - 1, column };
}

const sureness = (document, state) => [...study_view(document), as_of(state)];

const both = (text) => text[current_language()];

function reasons(document, state) {
  return [
    element("p", { class: `verdict ${document.tree.error ? "problem" : "fine"}`, role: "status" }, both(document.sentence)),
    element("ul", { class: "bars" }, document.tree.children.map(part)),
    as_of(state),
  ];
}

function part(node) {
  const value = node.error ?? (typeof node.value === "number" ? figure(node.value, DIGITS) : (node.value ?? "–"));
  const share = node.share === null ? "" : ` · ${percentage(node.share)}`;
  return element(
    "li",
    { class: `bar ${node.error ? "failed" : ""}` },
    element("span", { class: "name" }, both(node.label)),
    element("span", { class: "amount" }, `${value} ${node.unit ?? ""}${share}`),
    node.share > 0 ? element("progress", { max: 1, value: Math.min(node.share, 1), "aria-label": both(node.label) }) : null,
  );
}
