/* A product in a form that others read: PACT, Catena-X, AAS, openLCA, Brightway, a label. */

import { element } from "/pane/dom.js";
import { say } from "/pane/texts.js";
import { downloads, words_of, working } from "./working.js";

const FORMATS = ["pact", "catena-x", "aas", "openlca", "brightway", "label"];
const AUDIENCES = ["customer", "verifier", "own"];

export function exported(place, file) {
  const answer = element("div", { tabindex: "-1" });
  const omitted = (format) => say("export.omitted", { what: say(`export.omits.${format}`) });
  const omits = element("p", { class: "hint" }, omitted(FORMATS[0]));
  const option = (group) => (name) => element("option", { value: name }, say(`export.${group}.${name}`));
  const form = element(
    "form",
    { class: "ask", onsubmit: (event) => { event.preventDefault(); run(); } },
    element("label", {}, element("span", {}, say("export.format")), element("select", { name: "format", onchange: ({ target }) => (omits.textContent = omitted(target.value)) }, FORMATS.map(option("format")))),
    element("label", {}, element("span", {}, say("export.audience")), element("select", { name: "audience" }, AUDIENCES.map(option("for")))),
    element("label", { class: "check" }, element("input", { type: "checkbox", name: "draft" }), say("export.draft")),
    element("button", { type: "submit", class: "primary" }, say("export.go")),
  );
  const run = () => {
    const { format, audience, draft } = form.elements;
    const options = { format: format.value, audience: audience.value, draft: draft.checked };
    return working(answer, file, "export", view, { options });
  };
  place.append(form, omits, answer);
}

const view = (_, work) => [
  element("div", { class: "verdict fine", role: "status" }, element("p", { class: "headline" }, say("export.made")), words_of(work).map((line) => element("p", {}, line))),
  downloads(work),
];
