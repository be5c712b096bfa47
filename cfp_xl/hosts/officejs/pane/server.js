/* Our server: every request bears the token, every refusal becomes a problem in words. */

import { Problem } from "./dom.js";
import { current_language } from "./texts.js";

// The add-in's address carries the token; the manifest that the server hands out has it.
const token = new URLSearchParams(location.search).get("token") ?? "";

/**
 * The factors that match the words, best first, also of the workbook's table `factors` where it has
 * one. `signal` ends a search that nobody awaits.
 */
export const search_factors = (words, factors, signal) =>
  factors
    ? post("/api/factor-search", { words, factors }, { signal })
    : ask("/api/factors", { q: words }, { signal });

/** A factor as cells below the headings of a table; null where nothing is known or asked for. */
export const factor_row = (id, header) => post("/api/factor-row", { id, header });

/** Each formula as this host spells it: `{text, is_changed}`, in the same order. */
export const rebound = (formulas) => post("/api/rebind", { formulas });

/** State, total, stages and problems of the rows below the headings. */
export const footprint = (activities, factors) => post("/api/footprint", { activities, factors });

/** What a workbook's pinned text says against the sets of this version. */
export const factor_set = (pin) => post("/api/factor-set", { pin });

/** What the desk beside the pane makes of a file: the job, and its document where there is one. */
export async function desk_work(file, name, action, options = {}) {
  visit ??= post("/api/desk/visits", {}).then((begun) => `/api/desk/visits/${begun.visit}`);
  visit.catch(() => (visit = null));
  const here = await visit;
  const body = { method: "PUT", body: file, headers: { "Content-Type": "application/octet-stream" } };
  const { id } = await ask(`${here}/files`, { name }, body);
  try {
    const begun = await post(`${here}/jobs`, { action, files: [id], options });
    const job = await until_over(here, begun.id);
    const has_document = job.state === "done" && job.has_document;
    return { job, document: has_document ? await ask(`${here}/jobs/${job.id}/result`, {}, {}) : null };
  } finally {
    ask(`${here}/files/${id}`, {}, { method: "DELETE" }).catch(() => null);
  }
}

/** Saves a file that the desk made. */
export async function save_file(job, name) {
  const path = `${await visit}/jobs/${job.id}/files/${encodeURIComponent(name)}`;
  const address = URL.createObjectURL(await (await fetched(path, {}, {})).blob());
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The page of the desk, for what needs more room than the pane has. */
export const desk_address = () => `${location.origin}/desk/#${encodeURIComponent(token)}`;

let visit = null;
const POLL_MS = 300;

async function until_over(here, id) {
  for (;;) {
    const { jobs } = await ask(`${here}/jobs`, {}, {});
    const job = jobs.find((one) => one.id === id);
    if (job.state !== "waiting" && job.state !== "running") return job;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const post = (path, body, options = {}) => {
  const headers = { "Content-Type": "application/json" };
  return ask(path, {}, { ...options, method: "POST", body: JSON.stringify(body), headers });
};

const ask = async (path, query, options) => (await fetched(path, query, options)).json();

async function fetched(path, query, options) {
  const parameters = new URLSearchParams({ ...query, lang: current_language() });
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  let answer;
  try {
    answer = await fetch(`${path}?${parameters}`, { ...options, headers, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("server_away", { address: location.origin });
  }
  if (answer.ok) return answer;
  if (answer.status === 401) throw new Problem("token");
  const told = await answer.json().catch(() => null);
  const why = told?.error?.message ?? `HTTP ${answer.status}`;
  // 422 is a mistake in the workbook, which the server has put into the user's language.
  throw new Problem(answer.status === 422 ? "in_workbook" : "server", { why });
}
