/* The task pane: language, tabs, and which panel is looked at. */

import * as excel from "./excel.js";
import * as factors from "./factors.js";
import * as footprint from "./footprint.js";
import * as formulas from "./formulas.js";
import { attempt, dismiss, notify } from "./notices.js";
import { current_language, first_language, load_texts, say, speak } from "./texts.js";
import * as verify from "./verify.js";
import * as versions from "./versions.js";

const panels = { factors, footprint, verify, formulas, versions };
const tabs = [...document.querySelectorAll("[role=tab]")];
const languages = [...document.querySelectorAll("[data-lang]")];

const shown = () => document.querySelector("[role=tab][aria-selected=true]").id.replace("tab-", "");

async function open(name, is_focused = false) {
  dismiss();
  for (const tab of tabs) {
    const is_open = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(is_open));
    tab.tabIndex = is_open ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !is_open;
    if (is_open && is_focused) tab.focus();
  }
  await panels[name].refresh();
}

function write_labels() {
  const written = { text: (node, text) => (node.textContent = text) };
  const attribute = (name) => (node, text) => node.setAttribute(name, text);
  Object.assign(written, { label: attribute("aria-label"), placeholder: attribute("placeholder") });
  for (const [kind, write] of Object.entries(written)) {
    for (const node of document.querySelectorAll(`[data-${kind}]`)) write(node, say(node.dataset[kind]));
  }
  document.title = say("title");
  for (const one of languages) {
    one.setAttribute("aria-pressed", String(one.dataset.lang === current_language()));
  }
}

function listen() {
  const keys = { ArrowRight: 1, ArrowLeft: -1 };
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => open(tab.id.replace("tab-", "")));
    tab.addEventListener("keydown", ({ key }) => {
      const to = { Home: 0, End: tabs.length - 1 }[key] ?? (keys[key] && (at + keys[key] + tabs.length) % tabs.length);
      if (to !== undefined) open(tabs[to].id.replace("tab-", ""), true);
    });
  });
  for (const one of languages) {
    one.addEventListener("click", () => {
      speak(one.dataset.lang, true);
      write_labels();
      open(shown());
    });
  }
  document.addEventListener("keydown", ({ key }) => key === "Escape" && dismiss());
}

const system_theme = matchMedia("(prefers-color-scheme: dark)");

/** Excel's own theme where Excel tells it, else the system's. */
function follow_theme(theme) {
  const background = theme?.bodyBackgroundColor;
  const is_dark = background ? brightness(background) < 128 : system_theme.matches;
  document.documentElement.dataset.theme = is_dark ? "dark" : "light";
}

function brightness(colour) {
  const [red, green, blue] = colour.match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** Excel's own settings, once its script is ready; null in a plain browser. */
async function excels_settings() {
  if (typeof Office === "undefined") return null;
  const { host } = await Office.onReady();
  return host ? Office.context : null;
}

async function start() {
  follow_theme();
  await load_texts();
  speak(first_language());
  write_labels();
  const settings = await excels_settings();
  speak(first_language(settings?.displayLanguage));
  write_labels();
  follow_theme(settings?.officeTheme);
  system_theme.addEventListener("change", () => follow_theme(settings?.officeTheme));
  listen();
  factors.begin();
  await footprint.begin();
  await open("factors");
  document.getElementById("words").focus();
  if (!excel.is_in_excel()) notify("warning", say("problem.no_excel"));
}

window.addEventListener("unhandledrejection", ({ reason }) => attempt(() => Promise.reject(reason)));
start();
