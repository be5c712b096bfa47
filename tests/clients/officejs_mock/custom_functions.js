/*
 * A stand-in for the part of Excel that calls custom functions, to be loaded after office.js.
 *
 * It goes by what the functions' metadata declares, and by what Excel is known to do: a range is
 * rows of cells, an argument left out is null, an error is an object where errors are allowed and
 * else is never handed over, a blank cell is 0 or null depending on the platform, a null in a
 * result shows as 0, and whatever is thrown but no CustomFunctions.Error shows as #VALUE!.
 *
 * `window.book.blanks` is "zero" or "null", `window.book.errors` "code", "cell" or "text".
 */

(() => {
  const functions = new Map();
  let metadata;

  class CustomFunctionsError extends Error {
    constructor(code, message) {
      if (!Object.values(ErrorCode).includes(code)) throw new TypeError(`no error code: ${code}`);
      super(message);
      this.code = code;
    }
  }

  const ErrorCode = {
    divisionByZero: "#DIV/0!",
    invalidName: "#NAME?",
    invalidNumber: "#NUM!",
    invalidReference: "#REF!",
    invalidValue: "#VALUE!",
    notAvailable: "#N/A",
    nullReference: "#NULL!",
  };

  window.CustomFunctions = {
    Error: CustomFunctionsError,
    ErrorCode,
    associate: (id, run) => functions.set(id, run),
  };

  /** Read what the functions take, as Excel does when it opens the add-in. */
  window.install = async (path) => {
    metadata = await (await fetch(path)).json();
    const known = metadata.functions.map((one) => one.id);
    return { unknown: known.filter((id) => !functions.has(id)), count: known.length };
  };

  /** What stands in the cells of `=name(args)`: rows, an error as {error, message}. */
  window.calculate = async (name, args) => {
    const declared = metadata.functions.find((one) => one.name === name);
    if (!declared) return [[{ error: "#NAME?" }]];
    const given = declared.parameters.map((parameter, at) => argument(parameter, args[at]));
    const refused = given.find((one) => one.refused);
    if (refused) return [[{ error: refused.refused }]];
    const invocation = { functionName: name };
    if (declared.options?.requiresParameterAddresses) {
      invocation.parameterAddresses = declared.parameters.map((_, at) => args[at]?.at);
    }
    try {
      const answer = await functions.get(declared.id)(...given.map((one) => one.value), invocation);
      return spilled(declared.result, answer);
    } catch (error) {
      return [[shown_error(error)]];
    }
  };

  window.calculate_all = (calls) =>
    Promise.all(calls.map(({ name, args }) => window.calculate(name, args)));

  function argument(parameter, given) {
    if (!given || given.omitted) {
      return parameter.optional ? { value: null } : { refused: "#VALUE!" };
    }
    const cells = given.at ? read(given.at) : given.rows;
    if (!metadata.allowErrorForDataTypeAny) {
      const error = cells.flat().find(is_error);
      if (error) return { refused: error.error };
    }
    if (parameter.dimensionality !== "matrix") throw new Error("only ranges are imitated");
    const hand_over = given.at ? from_cell : handed;
    return { value: cells.map((row) => row.map(hand_over)) };
  }

  const is_error = (cell) => typeof cell === "object" && cell !== null;

  function from_cell(cell) {
    if (cell === null || cell === undefined) return window.book.blanks === "zero" ? 0 : null;
    return handed(cell);
  }

  function handed(cell) {
    if (!is_error(cell)) return cell;
    if (window.book.errors === "text") return cell.error;
    if (window.book.errors === "code") return new CustomFunctionsError(cell.error);
    return { type: "Error", basicType: "Error", basicValue: cell.error };
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

  function spilled({ dimensionality }, answer) {
    const rows = dimensionality === "matrix" ? answer : [[answer]];
    if (!Array.isArray(rows) || !rows.length || rows.some((row) => row.length !== rows[0].length)) {
      return [[{ error: "#VALUE!", message: "no rows of one length" }]];
    }
    return rows.map((row) => row.map(shown));
  }

  function shown(value) {
    if (value instanceof Error) return shown_error(value);
    if (value === null || value === undefined) return 0;
    return ["number", "string", "boolean"].includes(typeof value) ? value : { error: "#VALUE!" };
  }

  function shown_error(error) {
    if (!(error instanceof CustomFunctionsError)) return { error: "#VALUE!", thrown: String(error) };
    return { error: error.code, ...(error.message && { message: error.message }) };
  }
})();
