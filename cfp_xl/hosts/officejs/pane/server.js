/* Our server: every request bears the token, every refusal becomes a problem in words. */

import { Problem } from "./dom.js";
import { current_language } from "./texts.js";

// The add-in's address carries the token; the manifest that the server hands out has it.
const token = new URLSearchParams(location.search).get("token") ?? "";

/** The factors that match the words, best first. `signal` ends a search that nobody awaits. */
export const search_factors = (words, signal) =>
  ask("/api/factors", { q: words }, { signal });

/** A factor as cells below the headings of a table; null where nothing is known or asked for. */
export const factor_row = (id, header) => post("/api/factor-row", { id, header });

/** Each formula as this host spells it: `{text, is_changed}`, in the same order. */
export const rebound = (formulas) => post("/api/rebind", { formulas });

/** State, total, stages and problems of the rows below the headings. */
export const footprint = (activities, factors) => post("/api/footprint", { activities, factors });

/** What a workbook's pinned text says against the sets of this version. */
export const factor_set = (pin) => post("/api/factor-set", { pin });

const post = (path, body) =>
  ask(path, {}, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

async function ask(path, query, options) {
  const parameters = new URLSearchParams({ ...query, lang: current_language() });
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  let answer;
  try {
    answer = await fetch(`${path}?${parameters}`, { ...options, headers, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("server_away", { address: location.origin });
  }
  if (answer.ok) return answer.json();
  if (answer.status === 401) throw new Problem("token");
  const told = await answer.json().catch(() => null);
  const why = told?.error?.message ?? `HTTP ${answer.status}`;
  // 422 is a mistake in the workbook, which the server has put into the user's language.
  throw new Problem(answer.status === 422 ? "in_workbook" : "server", { why });
}
