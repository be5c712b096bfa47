/* Which factors the workbook was made with, which ones are here, and the functions' version. */

import { button, copy, element } from "./dom.js";
import * as excel from "./excel.js";
import { attempt, notify } from "./notices.js";
import { refresher } from "./panel.js";
import * as server from "./server.js";
import { say } from "./texts.js";

const PINNED = "cfp_factor_set";
const GWP_SET = "cfp_gwp_set";

const panel = document.getElementById("panel-versions");

const heading = () => element("h2", {}, say("versions.heading"));
export const refresh = refresher(panel, heading, versions);

async function versions() {
  const names = excel.is_in_excel() ? await excel.read_names([PINNED, GWP_SET]) : null;
  const pin = names ? excel.setting(names[PINNED]) : "";
  const found = await server.factor_set(pin || null);
  return [
    names ? verdict(found, pin, names[PINNED]) : null,
    element("h3", {}, say("versions.built_in")),
    element("ul", { class: "sets" }, ...found.built_in.map(built_in)),
    element(
      "dl",
      {},
      names ? fact("versions.gwp_set", excel.setting(names[GWP_SET]) || say("versions.not_given")) : [],
      fact("versions.functions", found.version),
      fact("versions.server", location.origin),
    ),
  ];
}

const LOOKS = { same: "fine", not_pinned: "warning", not_understood: "problem", differs: "problem" };

function verdict(found, pin, place) {
  const show_cell = () => attempt(() => excel.select_cell(place.sheet, place.row, place.column));
  const sets = found.pinned.map((set) =>
    element(
      "li",
      {},
      element("code", {}, `${set.id}@${set.version}`),
      element("span", { class: `badge ${set.state}` }, say(`versions.set.${set.state}`)),
    ),
  );
  return element(
    "div",
    { class: `verdict ${LOOKS[found.state]}`, role: "status" },
    element("p", { class: "headline" }, say(`versions.state.${found.state}`)),
    pin ? element("p", {}, element("code", {}, pin)) : null,
    sets.length ? element("ul", { class: "sets" }, ...sets) : null,
    element("p", { class: "hint" }, say(`versions.next.${found.state}`)),
    place?.sheet ? button(say("versions.show_cell"), show_cell, { class: "quiet" }) : null,
  );
}

function built_in({ pin }) {
  const copied = async () => {
    await copy(pin);
    notify("done", say("versions.copied", { pin }));
  };
  const label = say("versions.copy_label", { pin });
  return element(
    "li",
    {},
    element("code", {}, pin),
    button(say("versions.copy"), () => attempt(copied), { class: "quiet", "aria-label": label }),
  );
}

const fact = (key, value) => [element("dt", {}, say(key)), element("dd", {}, value)];
