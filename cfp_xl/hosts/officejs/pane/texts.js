/* The texts of the page in both languages, as the catalogue has them. */

let texts = {};
let language = "en";

export async function load_texts(address = "messages.json") {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  texts = await answer.json();
}

/** zh for any Chinese display language of Excel, else en; what was chosen here before wins. */
export function first_language(display_language) {
  const chosen = remembered();
  if (chosen === "zh" || chosen === "en") return chosen;
  return (display_language || navigator.language || "").toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const current_language = () => language;

export function speak(chosen, is_remembered = false) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  if (is_remembered) remember(chosen);
}

/** The text under `key` with its `{placeholders}` filled; an unknown key is a bug. */
export function say(key, values = {}) {
  const text = texts[language]?.[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const DIGITS = 10;

/** A number as people of the language write it, to `digits` significant ones. */
export const figure = (number, digits = DIGITS) =>
  new Intl.NumberFormat(language, { maximumSignificantDigits: digits }).format(number);

export const percentage = (share) =>
  new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);

const REMEMBERED = "cfp-xl.language";

// A webview may refuse storage; then the choice lasts as long as the pane.
function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function remember(chosen) {
  try {
    localStorage.setItem(REMEMBERED, chosen);
  } catch {
    return;
  }
}
