/* A published report held against itself, and against a product: the quoted words by page. */

import { element } from "../pane/dom.js";
import { figure, say } from "../pane/texts.js";
import * as files from "./files.js";
import { findings_list } from "./findings.js";
import { downloads, working } from "./working.js";

export function audit(place, file, { against = "", open }) {
  const products = files.of_kinds(["product"]);
  const chosen = products.find((one) => one.id === against);
  const answer = element("div", { tabindex: "-1" });
  const choice = products.length
    ? element("p", { class: "ask" }, element("label", {}, element("span", {}, say("audit.against")), element("select", { onchange: ({ target }) => open("audit", { against: target.value }) }, element("option", { value: "" }, say("audit.alone")), products.map((one) => element("option", { value: one.id, selected: one === chosen }, one.name)))))
    : element("p", { class: "hint" }, say("audit.add_product"));
  place.append(choice, answer);
  return working(answer, file, "audit", view, { others: chosen ? [chosen] : [] });
}

function view(document, work) {
  const count = (severity) => document.findings.filter((one) => one.severity === severity).length;
  const values = { errors: count("error"), warnings: count("warning"), ...document.read, pages: document.report.pages };
  const state = !document.audited ? "not_read" : values.errors ? "errors" : values.warnings ? "warnings" : "fine";
  const looks = { not_read: "problem", errors: "problem", warnings: "warning", fine: "fine" }[state];
  const page_of = (one) => (one.page ? say("audit.page", { page: one.page }) : say("audit.whole"));
  return [
    element("div", { class: `verdict ${looks}`, role: "status" }, element("p", { class: "headline" }, say(`audit.status.${state}`, values)), document.audited ? element("p", {}, say(values.pages ? "audit.read" : "audit.read_unpaged", values)) : null, document.product ? element("p", {}, say("audit.with", { product: document.product.split("/").pop() })) : null),
    unread(document.read.unread),
    element("h3", {}, say("verify.findings")),
    findings_list(document.findings, { group_of: page_of, place_of: (one) => one.place ?? "", extra: quote }),
    downloads(work, work.downloads.some((one) => one.what === "check") ? say("audit.check_how") : null),
  ];
}

const quote = (one) => [
  one.quote ? element("blockquote", {}, one.quote) : null,
  one.impact_kgco2e ? element("p", { class: "seen" }, say("audit.impact", { impact: figure(one.impact_kgco2e, 4) })) : null,
];

const unread = (parts) =>
  parts.length
    ? element("details", { open: true }, element("summary", {}, say("audit.unread", { count: parts.length })), element("ul", {}, parts.map((one) => element("li", {}, `${one.page ? say("audit.page", { page: one.page }) : ""} ${one.why}`))))
    : null;
