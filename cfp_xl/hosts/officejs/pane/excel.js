/* The open workbook, through Office.js: what the pane reads, writes and selects there. */

import { Problem } from "./dom.js";

const CELLS_A_READ = 40_000; // Excel for the web refuses answers above 5 MB
const CELLS_A_WRITE = 500;

/** Excel's error codes that have a cure of their own. */
const PROBLEMS = {
  AccessDenied: "protected",
  InvalidOperationInCellEditMode: "editing",
  InvalidSelection: "no_cell",
  UnsupportedSheet: "no_cell",
  ItemNotFound: "sheet_gone",
  RequestPayloadSizeLimitExceeded: "too_large",
  ResponsePayloadSizeLimitExceeded: "too_large",
};

/** Whether Excel is there: a plain browser shows the pane too, and then only searches. */
export const is_in_excel = () => typeof Excel !== "undefined" && Excel.run !== undefined;

/**
 * @template T
 * @param {(context: Excel.RequestContext) => Promise<T>} work
 */
async function run(work) {
  if (!is_in_excel()) throw new Problem("no_excel");
  try {
    return await Excel.run(work);
  } catch (error) {
    if (error.code === undefined) throw error;
    const key = PROBLEMS[error.code];
    throw key ? new Problem(key) : new Problem("excel", { code: error.code, why: error.message });
  }
}

/** `活动数据!G9`; quoted as Excel quotes. Row and column count from 0. */
export function address(sheet, row, column) {
  const plain = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(sheet);
  const name = plain ? sheet : `'${sheet.replaceAll("'", "''")}'`;
  return `${name}!${column_letters(column)}${row + 1}`;
}

function column_letters(column) {
  const rest = column % 26;
  const ahead = column >= 26 ? column_letters((column - rest) / 26 - 1) : "";
  return ahead + String.fromCharCode(65 + rest);
}

/** Errors that Excel shows for a moment while something is computed elsewhere. */
const NOT_YET = new Set(["#BUSY!", "#CONNECT!", "#TIMEOUT!"]);

/** A cell as it travels to the server: blank null, an error told apart from its text. */
function cell(value, type) {
  if (type === "Empty") return null;
  if (type !== "Error") return value;
  return { error: NOT_YET.has(value) ? "#GETTING_DATA" : value };
}

/** What each name leads to: `{sheet, row, column, cells}`, or null where there is no such range. */
export const read_names = (names) =>
  run(async (context) => {
    const items = names.map((name) => context.workbook.names.getItemOrNullObject(name));
    items.forEach((item) => item.load("type,value"));
    await context.sync();
    const ranges = items.map((item) => (item.isNullObject ? null : used_part(item)));
    await context.sync();
    return Object.fromEntries(names.map((name, at) => [name, region(items[at], ranges[at])]));
  });

/** @param {Excel.NamedItem} item */
function used_part(item) {
  const range = item.getRangeOrNullObject();
  range.load("rowIndex,columnIndex,worksheet/name");
  const used = range.getUsedRangeOrNullObject(true);
  used.load("values,valueTypes,rowIndex,columnIndex,worksheet/name");
  return { range, used };
}

function region(item, found) {
  if (found === null) return null;
  const { range, used } = found;
  if (range.isNullObject) {
    const is_constant = item.type === "String" || item.type === "Double";
    return is_constant ? { sheet: null, row: 0, column: 0, cells: [[item.value]] } : null;
  }
  if (used.isNullObject) return { ...place(range), cells: [] };
  const cells = used.values.map((row, y) => row.map((value, x) => cell(value, used.valueTypes[y][x])));
  return { ...place(used), cells };
}

/** @param {Excel.Range} range */
function place({ worksheet, rowIndex, columnIndex }) {
  return { sheet: worksheet.name, row: rowIndex, column: columnIndex };
}

/** The first value of what a name leads to, as text; "" where there is none. */
export function setting(region) {
  const value = region?.cells.flat().find((value) => value !== null);
  return value === undefined || value.error ? "" : String(value);
}

export const select_cell = (sheet, row, column) =>
  run(async (context) => {
    const worksheet = context.workbook.worksheets.getItem(sheet);
    worksheet.activate();
    worksheet.getCell(row, column).select();
    await context.sync();
  });

/** The active cell: where it is, and what stands in it as a formula or a value. */
export const active_cell = () =>
  run(async (context) => {
    const active = context.workbook.getActiveCell();
    active.load("formulas,rowIndex,columnIndex,worksheet/name");
    await context.sync();
    const [row, column] = [active.rowIndex, active.columnIndex];
    return { sheet: active.worksheet.name, row, column, content: active.formulas[0][0] };
  });

/** Writes a formula and gives what Excel shows for it at once. */
export const write_formula = ({ sheet, row, column }, formula) =>
  run(async (context) => {
    const written = context.workbook.worksheets.getItem(sheet).getCell(row, column);
    written.formulas = [[formula]];
    written.load("values");
    await context.sync();
    return written.values[0][0];
  });

/** The table that a name leads to: its headings, the rows below as shown and as entered, its end. */
export const table_of = (name) =>
  run(async (context) => {
    const item = context.workbook.names.getItemOrNullObject(name);
    await context.sync();
    if (item.isNullObject) throw new Problem("no_factor_sheet", { name });
    const range = item.getRange();
    range.load("rowIndex,rowCount");
    const used = range.getUsedRangeOrNullObject(true);
    used.load("values,formulas,rowIndex,columnIndex,worksheet/name");
    await context.sync();
    if (used.isNullObject) throw new Problem("no_headings", { name });
    const [headings, ...rows] = used.values;
    const entered = used.formulas.slice(1);
    return { ...place(used), headings, rows, entered, end: range.rowIndex + range.rowCount };
  });

/** Writes values into the cells of a row; null leaves a cell as it is. */
export const write_row = ({ sheet, row, column }, values) =>
  run(async (context) => {
    const worksheet = context.workbook.worksheets.getItem(sheet);
    values.forEach((value, at) => {
      if (value !== null) worksheet.getCell(row, column + at).values = [[literal(value)]];
    });
    await context.sync();
  });

/** Does `work` with the sheets' protection lifted, and restores it; a password keeps it. */
export const unprotected = (names, work) =>
  run(async (context) => {
    const protections = names.map((name) => context.workbook.worksheets.getItem(name).protection);
    protections.forEach((protection) => protection.load("protected,options"));
    await context.sync();
    const lifted = [];
    for (const protection of protections.filter((one) => one.protected)) {
      if (await is_lifted(context, protection)) lifted.push(protection);
    }
    try {
      return await work();
    } finally {
      lifted.forEach((protection) => protection.protect(protection.options));
      await context.sync();
    }
  });

/**
 * @param {Excel.RequestContext} context
 * @param {Excel.WorksheetProtection} protection
 */
async function is_lifted(context, protection) {
  protection.unprotect();
  try {
    await context.sync();
    return true;
  } catch {
    return false; // what is then written says so itself
  }
}

/** Excel would read a text as typed: `=…` as a formula, 2025-09-28 as a date; `'` keeps it a text. */
const literal = (value) => (typeof value === "string" ? `'${value}` : value);

/** Every formula of the workbook that `pattern` is found in: `{sheet, row, column, formula}`. */
export const formulas_like = (pattern) =>
  run(async (context) => {
    const sheets = context.workbook.worksheets;
    sheets.load("items/name");
    await context.sync();
    const found = [];
    for (const sheet of sheets.items) {
      for await (const part of formulas_of(context, sheet)) {
        part.formulas.forEach((row, y) =>
          row.forEach((formula, x) => {
            if (typeof formula !== "string" || !formula.startsWith("=")) return;
            if (!pattern.test(formula)) return;
            const place = { row: part.rowIndex + y, column: part.columnIndex + x };
            found.push({ sheet: sheet.name, ...place, formula });
          }),
        );
      }
    }
    return found;
  });

/**
 * @param {Excel.RequestContext} context
 * @param {Excel.Worksheet} sheet
 */
async function* formulas_of(context, sheet) {
  const used = sheet.getUsedRangeOrNullObject();
  used.load("rowIndex,columnIndex,rowCount,columnCount");
  await context.sync();
  if (used.isNullObject) return;
  const step = Math.max(1, Math.floor(CELLS_A_READ / used.columnCount));
  for (let at = 0; at < used.rowCount; at += step) {
    const rows = Math.min(step, used.rowCount - at);
    const part = sheet.getRangeByIndexes(used.rowIndex + at, used.columnIndex, rows, used.columnCount);
    part.load("formulas,rowIndex,columnIndex");
    await context.sync();
    yield part;
  }
}

/** The changes with why one cannot be made: `obstacle` is "protected", "spilled", or absent. */
export const with_obstacles = (changes) =>
  in_chunks(changes, async (context, chunk, cells) => {
    const names = [...new Set(chunk.map((change) => change.sheet))];
    const protections = new Map(
      names.map((name) => [name, context.workbook.worksheets.getItem(name).protection]),
    );
    protections.forEach((protection) => protection.load("protected"));
    cells.forEach((cell) => cell.load("address,format/protection/locked"));
    const parents = cells.map((cell) => cell.getSpillParentOrNullObject());
    parents.forEach((parent) => parent.load("address"));
    await context.sync();
    return chunk.map((change, at) => {
      if (!parents[at].isNullObject && parents[at].address !== cells[at].address) {
        return { ...change, obstacle: "spilled" };
      }
      const is_locked = cells[at].format.protection.locked;
      const is_refused = protections.get(change.sheet).protected && is_locked;
      return is_refused ? { ...change, obstacle: "protected" } : change;
    });
  });

/**
 * Replaces `before` by `after` where `before` still stands. Each change comes back with `read`, the
 * formula as Excel gives it back, or with `obstacle`: "changed" since, or Excel's refusal.
 */
export const replace_formulas = (changes) =>
  in_chunks(changes, async (context, chunk, cells) => {
    cells.forEach((cell) => cell.load("formulas"));
    await context.sync();
    const is_changed = chunk.map((change, at) => cells[at].formulas[0][0] !== change.before);
    const refused = new Map();
    for (const [at, change] of chunk.entries()) {
      if (!is_changed[at]) cells[at].formulas = [[change.after]];
    }
    try {
      await context.sync();
    } catch {
      await one_by_one(context, chunk, cells, is_changed, refused);
    }
    cells.forEach((cell) => cell.load("formulas"));
    await context.sync();
    return chunk.map((change, at) => {
      if (is_changed[at]) return { ...change, obstacle: "changed" };
      if (refused.has(at)) return { ...change, obstacle: "refused", why: refused.get(at) };
      return { ...change, read: cells[at].formulas[0][0] };
    });
  });

/**
 * A refusal fails a whole batch without saying whose it is.
 * @param {Excel.RequestContext} context
 */
async function one_by_one(context, chunk, cells, is_changed, refused) {
  for (const [at, change] of chunk.entries()) {
    if (is_changed[at]) continue;
    cells[at].formulas = [[change.after]];
    try {
      await context.sync();
    } catch (error) {
      refused.set(at, error.message);
    }
  }
}

/**
 * @param {any[]} changes
 * @param {(context: Excel.RequestContext, chunk: any[], cells: Excel.Range[]) => Promise<any[]>} work
 */
const in_chunks = (changes, work) =>
  run(async (context) => {
    const done = [];
    for (let at = 0; at < changes.length; at += CELLS_A_WRITE) {
      const chunk = changes.slice(at, at + CELLS_A_WRITE);
      const cells = chunk.map(({ sheet, row, column }) =>
        context.workbook.worksheets.getItem(sheet).getCell(row, column),
      );
      done.push(...(await work(context, chunk, cells)));
    }
    return done;
  });

/** Calls `work` after every edit in the workbook. */
export const on_edit = (work) =>
  run(async (context) => {
    context.workbook.worksheets.onChanged.add(async () => work());
    await context.sync();
  });

const SLICE_BYTES = 256 * 1024; // Excel allows 4 MB; on the web small ones fail less

/** Name of the open workbook, and whether it has changes that are not saved. */
export const workbook_state = () =>
  run(async (context) => {
    const { workbook } = context;
    workbook.load("name,isDirty");
    await context.sync();
    return { name: workbook.name, is_dirty: workbook.isDirty };
  });

/** The open workbook as Excel would save it now, slice by slice, so that a large one fits. */
export async function workbook_bytes() {
  if (!is_in_excel()) throw new Problem("no_excel");
  const document = Office.context.document;
  const file = await asked((done) =>
    document.getFileAsync(Office.FileType.Compressed, { sliceSize: SLICE_BYTES }, done),
  );
  try {
    const slices = [];
    for (let at = 0; at < file.sliceCount; at += 1) {
      const slice = await asked((done) => file.getSliceAsync(at, done));
      slices.push(new Uint8Array(slice.data));
    }
    return new Blob(slices);
  } finally {
    file.closeAsync(); // Excel keeps two files at most
  }
}

/**
 * An answer of Office's older calls, which come back by a callback.
 * @param {(done: (result: Office.AsyncResult<any>) => void) => void} call
 * @returns {Promise<any>}
 */
const asked = (call) =>
  new Promise((resolve, reject) => {
    call((result) => {
      if (result.status === Office.AsyncResultStatus.Succeeded) resolve(result.value);
      else reject(new Problem("excel", { code: result.error.code, why: result.error.message }));
    });
  });
