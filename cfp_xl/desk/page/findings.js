/* Findings by sheet or page: what is wrong, where, what to do; filtered and copied. Thousands of
   them stay quick: a part is shown, the rest on demand. */

import { button, copy, debounced, element } from "../pane/dom.js";
import { attempt, notify } from "../pane/notices.js";
import { say } from "../pane/texts.js";

const SHOWN = 100;
const PAUSE_MS = 150;
const SEVERITIES = ["error", "warning", "info"];

/**
 * The list. `group_of(finding)` is its heading, `place_of` the words for where it is;
 * `extra(finding)` what else stands with it, `go(finding)` makes its place a button.
 */
export function findings_list(findings, { group_of, place_of, extra = () => null, go = null }) {
  const counts = Object.fromEntries(SEVERITIES.map((one) => [one, findings.filter((f) => f.severity === one).length]));
  const wanted = new Set(SEVERITIES.filter((one) => one !== "info" || !(counts.error || counts.warning)));
  let words = "";
  let shown = SHOWN;
  const place = element("div", { class: "groups" });
  const status = element("p", { class: "hint", role: "status" });

  const chosen = () =>
    findings.filter((f) => wanted.has(f.severity) && (!words || text_of(f, place_of).toLowerCase().includes(words)));

  function draw() {
    const some = chosen();
    status.textContent = say("findings.shown", { shown: Math.min(shown, some.length), count: some.length });
    const more = some.length > shown ? button(say("findings.more", { count: Math.min(SHOWN, some.length - shown) }), () => { shown += SHOWN; draw(); }) : null;
    place.replaceChildren(...groups(some.slice(0, shown), group_of).map(([name, few]) => group(name, few, place_of, extra, go)));
    if (more) place.append(element("p", { class: "actions" }, more));
    if (!some.length) place.replaceChildren(element("p", { class: "empty" }, say("findings.none_shown")));
  }

  if (!findings.length) return element("p", { class: "fine" }, say("findings.none"));
  const search = element("input", { type: "search", "aria-label": say("findings.filter"), placeholder: say("findings.filter"), oninput: debounced(({ target }) => { words = target.value.trim().toLowerCase(); shown = SHOWN; draw(); }, PAUSE_MS) });
  const toggles = SEVERITIES.filter((one) => counts[one]).map((one) => {
    const toggle = button(`${say(`severity.${one}`)} ${counts[one]}`, () => {
      if (!wanted.delete(one)) wanted.add(one);
      toggle.setAttribute("aria-pressed", String(wanted.has(one)));
      shown = SHOWN;
      draw();
    }, { class: `toggle ${one}`, "aria-pressed": String(wanted.has(one)) });
    return toggle;
  });
  const copied = async () => {
    const some = chosen();
    await copy(some.map((f) => text_of(f, place_of)).join("\n"));
    notify("done", say("findings.copied", { count: some.length }));
  };
  draw();
  return element(
    "div",
    { class: "findings" },
    element("div", { class: "tools" }, search, element("div", { class: "toggles", role: "group", "aria-label": say("findings.severities") }, toggles), button(say("findings.copy"), () => attempt(copied))),
    status,
    place,
  );
}

function groups(findings, group_of) {
  const found = new Map();
  for (const one of findings) {
    const name = group_of(one);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(one);
  }
  return [...found];
}

const group = (name, some, place_of, extra, go) =>
  element("section", { class: "group", "aria-label": name }, element("h3", {}, name), element("ul", { class: "problems" }, some.map((one) => item(one, place_of, extra, go))));

function item(one, place_of, extra, go) {
  const where = place_of(one);
  const place = !where ? null : go?.(one) ? button(where, () => attempt(go(one)), { class: "quiet where", title: say("findings.go") }) : element("span", { class: "where" }, where);
  const seen = one.seen !== null && one.seen !== undefined && one.seen !== "";
  const expected = one.expected !== null && one.expected !== undefined && one.expected !== "";
  return element(
    "li",
    { class: `finding ${one.severity}` },
    element("p", { class: "line" }, place, element("span", { class: `badge ${LOOKS[one.severity]}` }, say(`severity.${one.severity}`)), one.justified ? element("span", { class: "badge high" }, say("findings.justified")) : null, element("code", {}, one.code)),
    element("p", { class: "what" }, one.message),
    expected ? element("p", { class: "seen" }, say("findings.seen", { seen: seen ? shortened(one.seen) : "–", expected: shortened(one.expected) })) : null,
    one.also?.length ? element("p", { class: "seen" }, say("findings.also", { cells: one.also.slice(0, 12).join(", ") + (one.also.length > 12 ? " …" : "") })) : null,
    extra(one),
    one.hint ? element("p", { class: "hint todo" }, one.hint) : null,
  );
}

const LOOKS = { error: "failed", warning: "warning", info: "" };
const LONGEST = 200;
const shortened = (value) => {
  const text = String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

const text_of = (one, place_of) =>
  [place_of(one), one.code, say(`severity.${one.severity}`), one.message, one.hint].filter(Boolean).join("  ");

/** A cell as Excel writes it. */
export const cell_of = ({ sheet, cell }) => {
  if (!sheet) return cell ?? "";
  const plain = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(sheet);
  const name = plain ? sheet : `'${sheet.replaceAll("'", "''")}'`;
  return cell ? `${name}!${cell}` : name;
};
