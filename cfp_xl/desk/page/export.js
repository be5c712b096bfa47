/* A product on its way out: its report, or a form that others read (PACT, openLCA, …). */

import { element } from "../pane/dom.js";
import { say } from "../pane/texts.js";
import { actions } from "./server.js";
import { save, words_of, working } from "./working.js";

const AUDIENCES = ["customer", "verifier", "own"];

export function exported(place, file) {
  const { formats } = actions().export;
  const omitted = (format) => say("export.omitted", { what: say(`export.omits.${format}`) });
  const note = element("p", { class: "hint" }, omitted(formats[0]));
  const format = choice("format", say("export.format"), formats.map((name) => [name, say(`export.format.${name}`)]));
  format.addEventListener("change", ({ target }) => (note.textContent = omitted(target.value)));
  ask(place, file, "export", [format, audience(), draft(say("export.draft"))], note);
}

export function report(place, file) {
  const { formats } = actions().report;
  const languages = ["workbook", "page"].map((name) => [name, say(`report.language_${name}`)]);
  const options = [
    choice("format", say("export.format"), formats.map((name) => [name, say(`report.format.${name}`)])),
    audience(),
    choice("language", say("report.language"), languages),
    draft(say("report.draft")),
  ];
  ask(place, file, "report", options, element("p", { class: "hint" }, say("report.how")));
}

const choice = (name, label, options) =>
  element("label", {}, element("span", {}, label), element("select", { name }, options.map(([value, words]) => element("option", { value }, words))));

const audience = () => choice("audience", say("export.audience"), AUDIENCES.map((name) => [name, say(`export.for.${name}`)]));

const draft = (words) => element("label", { class: "check" }, element("input", { type: "checkbox", name: "draft" }), words);

/** The options as a form, and below it what comes of them. */
function ask(place, file, action, fields, note) {
  const answer = element("div", { tabindex: "-1" });
  const run = (event) => {
    event.preventDefault();
    const { draft: is_draft, ...texts } = Object.fromEntries(new FormData(event.target));
    return working(answer, file, action, view, { options: { ...texts, draft: Boolean(is_draft) } });
  };
  const go = element("button", { type: "submit", class: "primary" }, say(`${action}.go`));
  place.append(element("form", { class: "ask", onsubmit: run }, fields, go), note, answer);
}

const view = (_, work) => [
  element("div", { class: "verdict fine", role: "status" }, element("p", { class: "headline" }, say(`${work.action}.made`)), words_of(work).map((line) => element("p", {}, line))),
  element("p", { class: "actions" }, work.downloads.map((made) => save(work, made, { class: "primary" }))),
];
