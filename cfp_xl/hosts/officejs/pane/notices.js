/* What happened, in words, with the next step: one notice at the foot of the pane. */

import { Problem, button, element, show } from "./dom.js";
import { say } from "./texts.js";

const place = () => document.getElementById("notices");

/** A notice; `kind` is done, warning or problem, `actions` are `[text, work]`. */
export function notify(kind, text, actions = []) {
  const offered = actions.map(([words, work]) =>
    button(words, () => {
      dismiss();
      attempt(work);
    }),
  );
  const box = element(
    "div",
    { class: `notice ${kind}`, role: kind === "done" ? "status" : "alert" },
    element("p", {}, text),
    button("✕", dismiss, { class: "quiet", "aria-label": say("close") }),
    offered.length ? element("div", { class: "actions" }, ...offered) : null,
  );
  if (!place().contains(document.activeElement)) came_from = document.activeElement;
  show(place(), box);
  // Focus goes to a question, never to a mere message.
  if (offered.length) offered[0].focus();
}

/** Where the keyboard's focus was when the notice appeared. */
let came_from = null;

export function dismiss() {
  const had_focus = place().contains(document.activeElement);
  show(place());
  if (had_focus) came_from?.focus();
}

/** Does `work`; what goes wrong is said in words, and bugs of ours are said to be such. */
export async function attempt(work) {
  if (place().querySelector(".problem")) dismiss();
  try {
    return await work();
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    notify("problem", explained(error));
    if (!(error instanceof Problem)) console.error(error);
    return undefined;
  }
}

export function explained(error) {
  if (error instanceof Problem) return say(`problem.${error.key}`, error.values);
  return say("problem.bug", { why: String(error.message ?? error) });
}
