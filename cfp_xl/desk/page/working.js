/* What a panel shows while its work is done, and where nothing comes of it. */

import { button, element, show } from "../pane/dom.js";
import { attempt, explained } from "../pane/notices.js";
import { current_language, say } from "../pane/texts.js";
import * as files from "./files.js";

const TICK_MS = 500;

/** Does an action on a file and shows its document by `view(document, work)` in `place`. */
export async function working(place, file, action, view, { options = {}, others = [] } = {}) {
  place.work = null;
  let work;
  try {
    work = await files.work_on(file, action, options, others);
  } catch (error) {
    return show(place, trouble([explained(error)]));
  }
  place.work = work;
  if (!work.is_over) {
    show(place, busy(work));
    const ticking = setInterval(() => place.work === work && tick(place, work), TICK_MS);
    await work.done;
    clearInterval(ticking);
  }
  if (place.work !== work) return undefined; // something else is looked at by now
  if (work.state === "done") {
    return show(place, await view(work.has_document ? await work.document() : null, work));
  }
  const again = button(say("again"), () => {
    files.forget(file, work);
    setTimeout(() => working(place, file, action, view, { options, others }));
  });
  return show(place, trouble(words_of(work)), element("p", { class: "actions" }, again));
}

/** What a work says that came to nothing, or to something with a note. */
export const words_of = (work) => {
  if (work.error) return [explained(work.error)];
  if (work.state === "cancelled") return [say("cancelled")];
  return (work.said[current_language()] ?? "").split("\n").filter((line) => line);
};

export const trouble = (lines) =>
  element("div", { class: "verdict problem", role: "alert" }, lines.map((line, at) => element("p", { class: at ? "" : "headline" }, line)));

function busy(work) {
  const cancel = button(say("cancel"), () => attempt(() => work.cancel()));
  return element(
    "div",
    { class: "busy" },
    element("p", { role: "status" }, say(`busy.${work.action}`)),
    element("progress", { "aria-label": say(`busy.${work.action}`) }),
    element("p", { class: "hint elapsed" }, say("busy.elapsed", { seconds: 0 })),
    cancel,
  );
}

function tick(place, work) {
  const elapsed = place.querySelector(".elapsed");
  if (elapsed) elapsed.textContent = say("busy.elapsed", { seconds: Math.round((Date.now() - work.begun) / 1000) });
}

/** A button for a file that a work made. */
export const save = (work, { name, what }, attributes = {}) =>
  button(say(`download.${what}`), () => attempt(() => work.download(name)), { title: name, ...attributes });

/** All of them, under their heading. */
export const downloads = (work, how = null) =>
  work.downloads.length
    ? element(
        "section",
        { class: "downloads", "aria-label": say("downloads") },
        element("h3", {}, say("downloads")),
        how ? element("p", { class: "hint" }, how) : null,
        element("div", { class: "actions" }, work.downloads.map((made) => save(work, made))),
      )
    : null;
