/* Suppliers' answers: judged first, accepted with a reason where in doubt, then taken into a copy. */

import { button, element, show } from "../pane/dom.js";
import { attempt } from "../pane/notices.js";
import { figure, say } from "../pane/texts.js";
import * as files from "./files.js";
import * as server from "./server.js";
import { downloads, working } from "./working.js";

const DIGITS = 6;
const GOOD = ["accepted", "replaces", "unchanged"];

export function intake(main) {
  const products = files.of_kinds(["product"]);
  const asking = products.filter((one) => one.asks_suppliers);
  const answer = element("div", { tabindex: "-1" });
  const select = element("select", { name: "product", onchange: () => run() }, asking.map((one) => element("option", { value: one.id }, one.name)));
  const reasons = {};
  const day = () => new Date().toLocaleDateString("sv");
  const run = (more = {}) => {
    const product = files.by_id(select.value);
    const others = files.of_kinds(server.actions().intake.also).filter((one) => one.id);
    const options = { day: day(), reasons: { ...reasons }, ...more };
    return working(answer, product, "intake", (document, work) => view(document, work, reasons, run), { options, others });
  };
  show(main, element("h2", {}, say("together.intake")), element("p", { class: "hint" }, say("intake.how")), element("p", { class: "ask" }, element("label", {}, element("span", {}, say("intake.product")), select)), answer);
  return run();
}

function view(document, work, reasons, run) {
  const { findings, applied } = document;
  const answers = document.answers.toSorted((a, b) => GOOD.includes(a.status) - GOOD.includes(b.status));
  mark(answers, work);
  const count = (...states) => answers.filter((one) => states.includes(one.status)).length;
  const good = count("accepted", "replaces");
  const refused = count("refused", "unreadable", "failed");
  const counted = { good, held: count("held"), refused, others: answers.length - good - count("held") - refused };
  const outcomes = Object.entries(counted).filter(([, n]) => n).map(([name, n]) => say(`intake.judged.${name}`, { count: n }));
  const looks = applied ? "fine" : refused ? "problem" : counted.held ? "warning" : "fine";
  return [
    element("div", { class: `verdict ${looks}`, role: "status" }, element("p", { class: "headline" }, applied ? say("intake.applied", { taken: applied.taken.length }) : say("intake.judged.files", { files: answers.length, outcomes: outcomes.join(say("comma")) })), applied ? element("p", {}, totals(applied)) : null),
    findings.length ? element("ul", { class: "problems" }, findings.map(one_finding)) : null,
    applied ? taken(work) : doubts(answers, reasons, run, good),
    element("h3", {}, say("intake.answers")),
    element("ul", { class: "answers" }, answers.map(one_answer)),
    downloads(work),
  ];
}

/** The list of files shows what became of each. */
function mark(answers, work) {
  for (const one of answers) {
    const file = files.by_id(work.files[work.names.indexOf(one.path)]);
    if (file && !files.first_action(file)) file.answer = one.status; // a report keeps its own verdict
  }
  files.draw();
}

const totals = ({ before_kgco2e, after_kgco2e }) =>
  say("intake.totals", { before: before_kgco2e === null ? "–" : figure(before_kgco2e, DIGITS), after: after_kgco2e === null ? "–" : figure(after_kgco2e, DIGITS) });

function taken(work) {
  const made = work.downloads.find((one) => one.what === "product");
  if (!made) return element("p", { class: "empty" }, say("intake.nothing_new"));
  return element("div", { class: "actions" }, button(say("intake.save"), () => attempt(() => work.download(made.name)), { class: "primary" }), button(say("intake.check"), () => attempt(() => files.keep(work, made.name))));
}

/** Every code that holds an answer back, with the reason for which it is accepted. */
function doubts(answers, reasons, run, good) {
  const held = answers.filter((one) => one.status === "held");
  const codes = [...new Set(held.flatMap((one) => one.doubts.filter((doubt) => !doubt.reason).map((doubt) => doubt.code)))];
  const inputs = new Map();
  const rows = codes.map((code) => {
    const about = held.flatMap((one) => one.findings).find((one) => one.code === code);
    const input = element("input", { type: "text", id: `reason-${code}`, value: reasons[code] ?? "", placeholder: say("intake.reason"), maxlength: "500" });
    inputs.set(code, input);
    return element("li", {}, element("label", { for: `reason-${code}` }, element("code", {}, code), ` ${about?.message ?? ""}`), input);
  });
  const accept = () => {
    for (const [code, input] of inputs) if (input.value.trim()) reasons[code] = input.value.trim();
    return run();
  };
  return [
    codes.length ? [element("h3", {}, say("intake.in_doubt")), element("p", { class: "hint" }, say("intake.doubt_how")), element("ul", { class: "doubts" }, rows), element("p", { class: "actions" }, button(say("intake.accept"), () => attempt(accept)))] : null,
    good ? element("p", { class: "actions" }, button(say("intake.take_in", { count: good }), () => attempt(() => run({ apply: true })), { class: "primary" }), element("span", { class: "hint" }, say("intake.copy"))) : null,
  ];
}

function one_answer(one) {
  const value = one.kgco2e_per_unit === null ? "" : `${figure(one.kgco2e_per_unit, DIGITS)} kgCO2e/${one.unit}`;
  const worth_saying = one.findings.filter((found) => found.severity !== "info" || !GOOD.includes(one.status));
  return element(
    "li",
    { class: "card" },
    element("p", { class: "line" }, element("span", { class: "name" }, one.path.split("/").pop()), element("span", { class: `badge ${files.ANSWER_LOOKS[one.status] ?? "failed"}` }, say(`answer.${one.status}`))),
    element("p", { class: "hint" }, [one.part_id, one.supplier_id, one.sender.name, value].filter(Boolean).join(" · ")),
    one.doubts.filter((doubt) => doubt.reason).map(({ code, reason }) => element("p", { class: "hint" }, say("intake.with_reason", { code, reason }))),
    worth_saying.length ? element("ul", { class: "problems" }, worth_saying.map(one_finding)) : null,
    one.notes.length ? element("details", {}, element("summary", {}, say("intake.notes", { count: one.notes.length })), element("ul", {}, one.notes.map((note) => element("li", {}, [note.cell, note.text].filter(Boolean).join("  "))))) : null,
  );
}

const one_finding = (one) =>
  element("li", { class: `finding ${one.severity}` }, element("p", { class: "line" }, one.cell ? element("span", { class: "where" }, `${one.sheet ?? ""}!${one.cell}`) : null, element("span", { class: `badge ${one.severity === "error" ? "failed" : one.severity === "warning" ? "warning" : ""}` }, say(`severity.${one.severity}`)), element("code", {}, one.code)), element("p", { class: "what" }, one.message), one.hint ? element("p", { class: "hint todo" }, one.hint) : null);

