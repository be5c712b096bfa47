/* A panel that is made of what the workbook and the server answer. */

import { Problem, element, show } from "./dom.js";
import { explained } from "./notices.js";

/** Makes `panel` anew of `heading()` and `view()`; an answer that a newer one overtook is dropped. */
export function refresher(panel, heading, view) {
  let latest = 0;
  return async () => {
    const mine = ++latest;
    panel.setAttribute("aria-busy", "true");
    const content = await view().catch(problem);
    if (mine !== latest) return;
    show(panel, heading(), content);
    panel.removeAttribute("aria-busy");
  };
}

function problem(error) {
  if (!(error instanceof Problem)) console.error(error);
  return element("p", { class: "empty", role: "alert" }, explained(error));
}
