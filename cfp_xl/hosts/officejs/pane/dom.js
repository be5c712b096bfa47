/* Elements out of plain values. Whatever stands in a cell or a factor becomes text, never markup. */

/** An element: `attributes` as written in HTML, `on…` as listeners; children are nodes or texts. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

export const button = (text, onclick, attributes = {}) =>
  element("button", { type: "button", onclick, ...attributes }, text);

/** Puts children into a place; the keyboard's focus stays there where it was inside. */
export function show(place, ...children) {
  const had_focus = place.contains(document.activeElement);
  place.replaceChildren(...children.flat(Infinity).filter((child) => child));
  if (had_focus) place.focus();
}

/** `work` after `pause_ms` without another call. */
export function debounced(work, pause_ms) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), pause_ms);
  };
}

/** Copies a text; webviews that refuse the clipboard still obey a selection. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { class: "off-screen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const is_copied = document.execCommand("copy");
    area.remove();
    if (!is_copied) throw new Problem("copy_refused");
  }
}

/** A user's problem: the key of its text under `problem`, and what fills its placeholders. */
export class Problem extends Error {
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}
