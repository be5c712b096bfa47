/* The desk: the files at the side, and of the one that is looked at, what can be seen and done. */

import { button, element, show } from "../pane/dom.js";
import { attempt, dismiss, explained } from "../pane/notices.js";
import { current_language, first_language, load_texts, say, speak } from "../pane/texts.js";
import { audit } from "./audit.js";
import { diff } from "./diff.js";
import { exported, report } from "./export.js";
import * as files from "./files.js";
import { intake } from "./intake.js";
import * as server from "./server.js";
import { study } from "./study.js";
import { verify } from "./verify.js";
import { why } from "./why.js";

const views = { verify, audit, why, study, report, export: exported };
const main = document.getElementById("main");
const languages = [...document.querySelectorAll("[data-lang]")];
let shown = null;

/** Shows a file by one of its tabs, what concerns several files, or the first screen. */
function open(what, tab, options) {
  shown = { what, tab, options };
  dismiss();
  if (!what) return show(main, welcome());
  if (what.together) return attempt(() => ({ diff, intake })[what.together](main));
  if (what.problem) return show(main, heading(what), element("div", { class: "verdict problem", role: "alert" }, files.said_of(what.problem)));
  if (what.kind === null) return show(main, heading(what), element("p", { class: "busy", role: "status" }, say(what.id ? "busy.look" : "busy.upload")));
  const offered = tabs_of(what);
  if (!offered.length) return show(main, heading(what), next_step(what) ?? element("p", { class: "empty" }, say(`nothing.${what.kind}`)));
  const chosen = offered.includes(tab) ? tab : offered[0];
  shown.tab = chosen;
  const panel = element("section", { role: "tabpanel", id: "panel", tabindex: "-1", "aria-labelledby": `tab-${chosen}` });
  show(main, heading(what), next_step(what), tabs(what, offered, chosen), panel);
  return attempt(() => views[chosen](panel, what, { ...options, open: (name, more) => open(what, name, more) }));
}

const tabs_of = (file) =>
  Object.keys(views).filter((name) => server.actions()[name]?.takes.includes(file.kind));

const heading = (file) =>
  element("div", { class: "heading" }, element("h2", {}, file.name.split("/").pop()), element("p", { class: "hint" }, [say(`kind.${file.kind ?? "unknown"}`), file.product].filter(Boolean).join(" · ")));

/** What a supplier's answer is here for. */
function next_step(file) {
  if (!files.is_answer(file)) return null;
  return files.can_take_in() ? element("p", { class: "actions" }, files.offer_intake()) : element("p", { class: "empty" }, say(`nothing.${file.kind}`));
}

function tabs(file, offered, chosen) {
  const made = offered.map((name) =>
    element("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "panel", "aria-selected": String(name === chosen), tabindex: name === chosen ? "0" : "-1", onclick: () => turn(file, name) }, say(`tab.${name}`)),
  );
  const to = { ArrowRight: 1, ArrowLeft: -1 };
  const list = element("div", { role: "tablist", class: "tabs", "aria-label": say("tabs") }, made);
  list.addEventListener("keydown", ({ key }) => {
    const at = offered.indexOf(chosen);
    const next = { Home: 0, End: offered.length - 1 }[key] ?? (to[key] && (at + to[key] + offered.length) % offered.length);
    if (next !== undefined) turn(file, offered[next]);
  });
  return list;
}

function turn(file, name) {
  open(file, name);
  document.getElementById(`tab-${name}`)?.focus();
}

function welcome() {
  const card = (name) =>
    element("li", { class: "card" }, element("h3", {}, say(`welcome.${name}.who`)), element("p", {}, say(`welcome.${name}.what`)));
  return [
    element("h2", {}, say("welcome.heading")),
    element("p", { class: "hint" }, say("welcome.intro")),
    element("ul", { class: "cards" }, ["accountant", "buyer", "verifier", "versions"].map(card)),
    element("p", { class: "fine" }, say("welcome.private")),
  ];
}

function write_labels() {
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
  document.title = say("title");
  for (const one of languages) one.setAttribute("aria-pressed", String(one.dataset.lang === current_language()));
}

function follow_theme() {
  const is_dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => (document.documentElement.dataset.theme = is_dark.matches ? "dark" : "light");
  is_dark.addEventListener("change", set);
  set();
}

async function start() {
  follow_theme();
  unfold_for_print();
  await load_texts("texts.json");
  speak(first_language());
  write_labels();
  for (const one of languages) {
    one.addEventListener("click", () => {
      speak(one.dataset.lang, true);
      write_labels();
      files.draw();
      open(shown?.what, shown?.tab, shown?.options);
    });
  }
  let given;
  try {
    given = await server.begin();
  } catch (error) {
    document.querySelector(".side").hidden = true;
    show(main, element("div", { class: "verdict problem", role: "alert" }, element("p", { class: "headline" }, explained(error))), button(say("again"), () => location.reload()));
    return;
  }
  files.begin(open);
  open(null);
  files.take_given(given);
}

/** On paper nothing can be unfolded: all of it is, until it is printed. */
function unfold_for_print() {
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...main.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });
}

addEventListener("unhandledrejection", ({ reason }) => attempt(() => Promise.reject(reason)));
start();
