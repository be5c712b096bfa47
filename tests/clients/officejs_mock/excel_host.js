/*
 * Excel's side of custom functions, to be loaded before Microsoft's own custom-functions-runtime.js:
 * the runtime finds the bridge that Excel would put there, and calls and results go through it.
 *
 * What Excel hands over goes by what the functions' metadata declares and by what Excel is known to
 * do: a range is rows of cells, an argument left out is null, errors come only where the metadata
 * allows them, a blank cell is 0 or null depending on the platform, and a null in a result shows
 * as 0. `window.book.blanks` is "zero" or "null", `window.book.errors` "code", "cell" or "text".
 */

(() => {
  const INVOCATION = 1000;
  const ALLOWS_ERRORS = 4;
  const RICH_DATA = 8;
  const ERROR_NUMBERS = { 1: "#N/A", 5: "#DIV/0!", 6: "#NUM!", 7: "#VALUE!", 8: "#NULL!" };

  let metadata;
  let last_id = 0;
  const awaited = new Map();

  window._richApiNativeBridge = {
    sendMessageToHost(text) {
      const { id, type, message } = JSON.parse(text);
      if (type !== 1) return;
      for (const { Name, ArgumentInfo } of message.body.Actions) {
        if (Name === "SetInvocationArrayResults") ArgumentInfo.Arguments[0].forEach(settle);
      }
      const body = JSON.stringify({ Results: [], TraceIds: [] });
      const answer = { id, type: 2, message: { statusCode: 200, headers: {}, body } };
      setTimeout(() => this.onMessageFromHost(JSON.stringify(answer)));
    },
  };

  /** Read what the functions take, as Excel does when it opens the add-in. */
  window.install = async (path) => {
    metadata = await (await fetch(path)).json();
    const known = metadata.functions.map((one) => one.id);
    const associated = CustomFunctions._association.mappings;
    return { unknown: known.filter((id) => !(id in associated)), count: known.length };
  };

  /** What stands in the cells of `=name(args)`: rows, an error as {error, message}. */
  window.calculate = (name, args) => {
    const declared = metadata.functions.find((one) => one.name === name);
    if (!declared) return [[{ error: "#NAME?" }]];
    const given = declared.parameters.map((parameter, at) => argument(parameter, args[at]));
    const refused = given.find((one) => one.refused);
    if (refused) return [[{ error: refused.refused }]];
    const id = (last_id += 1);
    const flags = ALLOWS_ERRORS + (window.book.errors === "cell" ? RICH_DATA : 0);
    const values = given.map((one) => one.value);
    const addresses = declared.options.requiresParameterAddresses ? args.map((one) => one.at) : null;
    const call = [id, declared.id, values, "Sheet!A1", flags, addresses];
    const message = { type: 3, message: { entries: [[1, INVOCATION, "", call, id]] } };
    window._richApiNativeBridge.onMessageFromHost(JSON.stringify(message));
    return new Promise((resolve) => awaited.set(id, resolve));
  };

  window.calculate_all = (calls) =>
    Promise.all(calls.map(({ name, args }) => window.calculate(name, args)));

  function settle([id, succeeded, value, number]) {
    const rows = succeeded ? shown_rows(value) : [[{ error: ERROR_NUMBERS[number], thrown: value }]];
    awaited.get(id)(rows);
  }

  /** The metadata declares every result as rows of cells. */
  function shown_rows(rows) {
    const is_table = Array.isArray(rows) && rows.length && rows.every((row) => row.length === rows[0].length);
    return is_table ? rows.map((row) => row.map(shown)) : [[{ error: "#VALUE!", not_rows: rows }]];
  }

  function shown(value) {
    if (value === null) return 0;
    if (typeof value !== "object") return value;
    const { basicValue: error, message } = value;
    return message === undefined ? { error } : { error, message };
  }

  function argument(parameter, given) {
    if (!given || given.omitted) {
      return parameter.optional ? { value: null } : { refused: "#VALUE!" };
    }
    const cells = given.rows ?? read(given.at);
    if (!metadata.allowErrorForDataTypeAny) {
      const error = cells.flat().find(is_error);
      if (error) return { refused: error.error };
    }
    if (parameter.dimensionality !== "matrix") throw new Error("only ranges are imitated");
    const hand_over = given.rows ? handed : from_cell;
    return { value: cells.map((row) => row.map(hand_over)) };
  }

  const is_error = (cell) => typeof cell === "object" && cell !== null;

  function from_cell(cell) {
    if (cell === null) return window.book.blanks === "zero" ? 0 : null;
    return handed(cell);
  }

  function handed(cell) {
    if (!is_error(cell)) return cell;
    const { error } = cell;
    if (window.book.errors === "text") return error;
    if (window.book.errors === "code") return { type: "CustomFunctionError", code: error };
    return { value: JSON.stringify({ type: "Error", basicType: "Error", basicValue: error }) };
  }

  /** The cells of `Sheet!A1:B2`; whole columns with all their rows, as Excel hands them over. */
  function read(address) {
    const at = address.lastIndexOf("!");
    const name = address.slice(0, at).replace(/^'(.*)'$/, "$1").replaceAll("''", "'");
    const { cells } = window.book.sheets.find((sheet) => sheet.name === name);
    const [row, column, rows, columns] = window.corners(address.slice(at + 1));
    const table = Array.from({ length: rows }, () => Array(columns).fill(null));
    for (const [place, { value }] of Object.entries(cells)) {
      const [y, x] = place.split(",").map(Number);
      if (x >= column && x < column + columns && table[y - row]) table[y - row][x - column] = value;
    }
    return table;
  }
})();
