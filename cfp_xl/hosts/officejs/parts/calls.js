/* Made from the registry of functions by `cfp-xl build`; changes here are lost.
 *
 * Excel calls a function once a cell. Calls are gathered for a moment and sent to the server as
 * one request; a range that many of them share travels once. What the server can't answer is
 * #N/A: never a text, a blank or a zero.
 */
"use strict";

const CFP_CALLS = (() => {
  const TEXTS = {texts};
  const WAIT_MS = 20;
  const MAX_CALLS = 1000;
  const MAX_CHARACTERS = 4000000;
  const ROWS = 1048576;
  const COLUMNS = 16384;
  const ERROR_CODES = {
    "#DIV/0!": "divisionByZero",
    "#N/A": "notAvailable",
    "#NAME?": "invalidName",
    "#NULL!": "nullReference",
    "#NUM!": "invalidNumber",
    "#REF!": "invalidReference",
    "#VALUE!": "invalidValue",
  };
  const OTHER_ERRORS = new Set({other_errors});

  const waiting = [];
  let isSending = false;

  /**
   * The value of a function, as rows of cells. An error is given as a cell's value, not thrown:
   * Excel's runtime makes #VALUE! of every #REF! and #NAME? that is thrown.
   * @param {string} name
   * @param {any[]} args
   * @param {CustomFunctions.Invocation} [invocation]
   */
  function call(name, args, invocation) {
    return new Promise((resolve) => {
      const addresses = (invocation && invocation.parameterAddresses) || [];
      const show = (value) => resolve([[value]]);
      waiting.push({ name, args: args.map(rowsOf), addresses, resolve, show });
      if (!isSending) {
        isSending = true;
        setTimeout(sendAll, WAIT_MS);
      }
    });
  }

  async function sendAll() {
    while (waiting.length) {
      const calls = await withoutFalseZeros(waiting.splice(0, MAX_CALLS));
      while (calls.length) {
        const { body, count } = packed(calls);
        await settled(calls.splice(0, count), body);
      }
    }
    isSending = false;
  }

  async function settled(calls, body) {
    try {
      const results = await asked(body);
      calls.forEach((one, at) => settle(one, results[at]));
    } catch (error) {
      calls.forEach((one) => one.show(excelError("#N/A", error.message)));
    }
  }

  async function asked(body) {
    const token = new URLSearchParams(location.search).get("token") || "";
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
    const path = `/functions?lang=${language()}`;
    let answer;
    try {
      answer = await fetch(path, { method: "POST", headers, body, cache: "no-store" });
    } catch {
      throw new Error(said("server_away").replace("{address}", location.origin));
    }
    const document = await answer.json().catch(() => ({}));
    if (!answer.ok || !Array.isArray(document.results)) {
      throw new Error((document.error && document.error.message) || `HTTP ${answer.status}`);
    }
    return document.results;
  }

  function settle(one, result) {
    if (result === undefined) one.show(excelError("#N/A", said("no_answer")));
    else if (Array.isArray(result)) one.resolve(result.map((row) => row.map(shown)));
    else one.show(shown(result));
  }

  /* A blank in a table would be shown as 0. */
  function shown(value) {
    if (value === null) return "";
    return isError(value) ? excelError(value.error) : value;
  }

  const isError = (value) => typeof value === "object" && value !== null && "error" in value;

  function excelError(error, message) {
    const code = ERROR_CODES[error] || "invalidValue";
    const why = ERROR_CODES[error] ? message : error;
    return new CustomFunctions.Error(CustomFunctions.ErrorCode[code], why);
  }

  /* --- arguments --- */

  /* An argument as rows of cells; null for one that was left out. */
  function rowsOf(value) {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) return [[cellOf(value)]];
    return value.map((row) => (Array.isArray(row) ? row : [row]).map(cellOf));
  }

  function cellOf(value) {
    switch (typeof value) {
      case "number":
        return Number.isFinite(value) ? value : { error: "#NUM!" };
      case "string":
        return isExcelError(value) ? { error: value } : value;
      case "boolean":
        return value;
      case "object":
        return value === null ? null : objectCell(value);
      default:
        return null;
    }
  }

  /* Errors, and cells with a format or picture of their own, come as objects. */
  function objectCell(value) {
    if (value.type === "Empty") return null;
    const basic = value.basicValue !== undefined ? value.basicValue : value.code;
    if (value.type === "Error") return { error: isExcelError(basic) ? basic : "#VALUE!" };
    return typeof basic === "object" || basic === undefined ? { error: "#VALUE!" } : cellOf(basic);
  }

  const isExcelError = (text) => text in ERROR_CODES || OTHER_ERRORS.has(text);

  /* As many of the calls as one request may carry, and its body. */
  function packed(calls) {
    const ranges = new Map();
    const texts = [];
    let characters = 0;
    for (const one of calls) {
      const args = one.args.map(argument);
      const added = new Set(args.map((arg) => arg.rows).filter((rows) => rows && !ranges.has(rows)));
      added.forEach((rows) => (characters += rows.length));
      if (characters > MAX_CHARACTERS && texts.length) break;
      added.forEach((rows) => ranges.set(rows, ranges.size));
      const values = args.map((arg) => (arg.rows ? { range: ranges.get(arg.rows) } : arg.value));
      texts.push(JSON.stringify({ name: one.name, args: values }));
      characters += texts.at(-1).length;
    }
    const body = `{"calls":[${texts.join()}],"ranges":[${[...ranges.keys()].join()}]}`;
    return { body, count: texts.length };
  }

  /* A value, or the text of a range. */
  function argument(rows) {
    if (rows === null) return { value: { omitted: true } };
    if (rows.length === 1 && rows[0].length === 1) return { value: rows[0][0] };
    return { rows: JSON.stringify(used(rows)) };
  }

  /* Whole columns and rows end with their last cell in use. */
  function used(rows) {
    let height = rows.length;
    if (height >= ROWS) while (height > 1 && rows[height - 1].every(isBlank)) height -= 1;
    const kept = height < rows.length ? rows.slice(0, height) : rows;
    let width = kept[0].length;
    if (width < COLUMNS) return kept;
    while (width > 1 && kept.every((row) => isBlank(row[width - 1]))) width -= 1;
    return kept.map((row) => row.slice(0, width));
  }

  const isBlank = (cell) => cell === null || cell === "";

  /* --- blanks ---
   * Excel on Windows and Mac may hand a blank cell over as 0. The cells themselves say which of
   * an argument's zeros are blanks; an argument without an address was computed, and its zeros
   * are zeros. While the user edits a cell, the call waits; where the cells can't be read, as in
   * another workbook, it fails: missing is never zero.
   */

  async function withoutFalseZeros(calls) {
    const doubtful = calls.flatMap((one) =>
      one.args.map((rows, at) => ({ one, rows, address: one.addresses[at] })).filter(isDoubtful)
    );
    if (!doubtful.length) return calls;
    let areas;
    try {
      areas = await usedAreas([...new Set(doubtful.map((arg) => arg.address))]);
    } catch {
      const unread = new Set(doubtful.map((arg) => arg.one));
      unread.forEach((one) => one.show(excelError("#N/A", said("blanks_unknown"))));
      return calls.filter((one) => !unread.has(one));
    }
    doubtful.forEach(({ rows, address }) => blankOut(rows, areas.get(address)));
    return calls;
  }

  const isDoubtful = ({ rows, address }) => address && rows && rows.some((row) => row.includes(0));

  /** @param {string[]} addresses */
  async function usedAreas(addresses) {
    return Excel.run({ delayForCellEdit: true }, async (context) => {
      const asked = addresses.map((address) => {
        const range = rangeAt(context, address);
        const inUse = range.getUsedRangeOrNullObject(true);
        range.load("rowIndex,columnIndex");
        inUse.load("rowIndex,columnIndex,valueTypes");
        return { address, range, inUse };
      });
      await context.sync();
      return new Map(asked.map((one) => [one.address, area(one.range, one.inUse)]));
    });
  }

  /**
   * @param {Excel.Range} range
   * @param {Excel.Range} inUse
   */
  function area(range, inUse) {
    if (inUse.isNullObject) return { top: 0, left: 0, types: [] };
    const top = inUse.rowIndex - range.rowIndex;
    const left = inUse.columnIndex - range.columnIndex;
    return { top, left, types: inUse.valueTypes };
  }

  /**
   * @param {Excel.RequestContext} context
   * @param {string} address
   */
  function rangeAt(context, address) {
    const at = address.lastIndexOf("!");
    const sheets = context.workbook.worksheets;
    if (at < 0) return sheets.getActiveWorksheet().getRange(address);
    const quoted = address.slice(0, at);
    const name = /^'.*'$/.test(quoted) ? quoted.slice(1, -1).replaceAll("''", "'") : quoted;
    return sheets.getItem(name).getRange(address.slice(at + 1));
  }

  function blankOut(rows, { top, left, types }) {
    rows.forEach((row, r) => {
      row.forEach((cell, c) => {
        const type = (types[r - top] || [])[c - left];
        if (cell === 0 && (type === undefined || type === "Empty")) row[c] = null;
      });
    });
  }

  /* --- words --- */

  function language() {
    const chosen = (globalThis.Office && Office.context && Office.context.displayLanguage) || "";
    return chosen.toLowerCase().startsWith("zh") ? "zh" : "en";
  }

  const said = (key) => TEXTS[language()][key];

  /* A page that Excel did not open has no functions to make known. */
  function associate(id, run) {
    if (globalThis.CustomFunctions) CustomFunctions.associate(id, run);
  }

  return { call, associate };
})();
