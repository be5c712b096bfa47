/*
 * A stand-in for Microsoft's office.js with the part of Excel's API that the pane uses.
 *
 * It keeps the rules that pages stumble over: nothing happens before `context.sync()`, a property
 * is readable only after it was loaded, an object that is not there is a null object, one refused
 * step fails the batch and drops what follows, a typed value is read as Excel reads it. A name that
 * the real API lacks is an error here too.
 *
 * `window.book` is the workbook: {sheets: [{name, protected, cells: {"row,column": cell}}],
 * names: {name: {sheet, row, column, rows, columns} or a constant}, active: {sheet, row, column} or
 * null}; a cell is {value, formula, locked, parent}, an error {error: "#N/A"}, rows from 0.
 */

(() => {
  class RichApiError extends Error {
    constructor(code, message) {
      super(message);
      this.name = "RichApi.Error";
      this.code = code;
    }
  }

  class Context {
    constructor() {
      this.steps = [];
      this.workbook = new Workbook(this, () => window.book);
    }

    async sync() {
      const steps = this.steps;
      this.steps = [];
      await null;
      if (window.book.is_editing) {
        throw new RichApiError("InvalidOperationInCellEditMode", "Excel is in cell-editing mode.");
      }
      steps.forEach((step) => step());
    }
  }

  /** An object on the other side: `find` gives it, or null, when the batch runs. */
  class Remote {
    constructor(context, find) {
      this.context = context;
      this.loaded = new Map();
      this.target = undefined;
      context.steps.push(() => (this.target = find()));
    }

    get isNullObject() {
      if (this.target === undefined) throw new RichApiError("ValueNotLoaded", "isNullObject: sync first");
      return this.target === null;
    }

    load(names) {
      const wanted = names.split(",").map((name) => name.trim().split("/"));
      this.context.steps.push(() => wanted.forEach((path) => this.fetch(path)));
    }

    fetch([name, ...rest]) {
      if (this.target === null) return;
      if (rest.length) this[name].load_now(rest);
      else if (this.constructor.properties[name]) {
        this.loaded.set(name, this.constructor.properties[name](this.target));
      } else throw new RichApiError("InvalidArgument", `${this.constructor.name} has no ${name}`);
    }

    load_now(path) {
      this.fetch(path);
    }

    read(name) {
      if (!this.loaded.has(name)) throw new RichApiError("PropertyNotLoaded", `${name} was not loaded`);
      return this.loaded.get(name);
    }

    static readable(kind, properties) {
      kind.properties = properties;
      for (const name of Object.keys(properties)) {
        const written = Object.getOwnPropertyDescriptor(kind.prototype, name)?.set;
        Object.defineProperty(kind.prototype, name, {
          get() {
            return this.read(name);
          },
          set: written,
          configurable: true,
        });
      }
    }
  }

  const key = (row, column) => `${row},${column}`;
  const cell_of = (sheet, row, column) => sheet.cells[key(row, column)] ?? {};
  const is_error = (value) => value !== null && typeof value === "object";
  const shown = ({ value }) => (is_error(value) ? value.error : (value ?? ""));

  function type_of({ value }) {
    if (value === undefined || value === null) return "Empty";
    if (is_error(value)) return "Error";
    return { number: "Double", boolean: "Boolean", string: "String" }[typeof value];
  }

  function letters(column) {
    const rest = column % 26;
    return (column >= 26 ? letters((column - rest) / 26 - 1) : "") + String.fromCharCode(65 + rest);
  }

  const cells = (read) => (area) =>
    Array.from({ length: area.rows }, (_, y) =>
      Array.from({ length: area.columns }, (_, x) => read(cell_of(area.sheet, area.row + y, area.column + x))),
    );

  function address(area) {
    const corner = (row, column) => `${letters(column)}${row + 1}`;
    const first = corner(area.row, area.column);
    const last = corner(area.row + area.rows - 1, area.column + area.columns - 1);
    return `${area.sheet.name}!${first === last ? first : `${first}:${last}`}`;
  }

  function used_part(area, is_by_value) {
    const filled = Object.entries(area.sheet.cells)
      .filter(([, cell]) => cell.formula !== undefined || (cell.value ?? null) !== null)
      .filter(([, cell]) => !is_by_value || shown(cell) !== "" || cell.formula !== undefined)
      .map(([place]) => place.split(",").map(Number))
      .filter(([row, column]) => row >= area.row && row < area.row + area.rows)
      .filter(([, column]) => column >= area.column && column < area.column + area.columns);
    if (!filled.length) return null;
    const rows = filled.map(([row]) => row);
    const columns = filled.map(([, column]) => column);
    // One by one: a sheet may hold more cells than a call takes arguments.
    const least = (numbers) => numbers.reduce((one, other) => Math.min(one, other));
    const most = (numbers) => numbers.reduce((one, other) => Math.max(one, other));
    const [row, column] = [least(rows), least(columns)];
    return { sheet: area.sheet, row, column, rows: most(rows) - row + 1, columns: most(columns) - column + 1 };
  }

  function write(area, matrix, enter) {
    matrix.forEach((line, y) =>
      line.forEach((typed, x) => {
        if (typed === null) return;
        const [row, column] = [area.row + y, area.column + x];
        const old = cell_of(area.sheet, row, column);
        if (area.sheet.protected && old.locked !== false) {
          throw new RichApiError("AccessDenied", "You cannot perform the requested operation.");
        }
        if (old.array) throw new RichApiError("InvalidOperation", "You can't change part of an array.");
        area.sheet.cells[key(row, column)] = { locked: old.locked, ...enter(typed) };
      }),
    );
    window.book.edited.forEach((handler) => handler({ worksheetId: area.sheet.name }));
  }

  /** What Excel makes of something typed. */
  function entered(typed) {
    if (typeof typed !== "string") return { value: typed };
    if (typed.startsWith("'")) return { value: typed.slice(1) };
    if (/^[=+@-]/.test(typed)) return computed(typed);
    if (/^\d{4}-\d\d-\d\d$/.test(typed)) return { value: Date.parse(typed) / 86_400_000 + 25_569 };
    if (typed.trim() !== "" && Number.isFinite(Number(typed))) return { value: Number(typed) };
    return typed === "" ? {} : { value: typed };
  }

  /** A custom function is busy at first; it has no name where the add-in is not loaded. */
  function computed(formula) {
    if (!formula.startsWith("=")) return entered(`'${formula}`);
    return { formula, value: { error: window.book.has_functions ? "#BUSY!" : "#NAME?" } };
  }

  const sheet_named = (name) =>
    window.book.sheets.find((sheet) => sheet.name.toLowerCase() === name.toLowerCase());

  function found(what, name) {
    if (!what) throw new RichApiError("ItemNotFound", `The requested resource doesn't exist: ${name}`);
    return what;
  }

  const area = (sheet, row, column, rows = 1, columns = 1) => ({ sheet, row, column, rows, columns });

  class Range extends Remote {
    get worksheet() {
      return (this.sheet ??= new Worksheet(this.context, () => this.target?.sheet ?? null));
    }

    fetch(path) {
      // Navigation properties come along with the load, as `worksheet/name`.
      if (path[0] === "worksheet" && this.target) {
        const sheet = new Worksheet({ steps: [] }, () => null);
        sheet.target = this.target.sheet;
        sheet.fetch(path.slice(1));
        this.sheet = sheet;
      } else if (path.join("/") === "format/protection/locked") {
        const { sheet, row, column } = this.target;
        this.format = { protection: { locked: cell_of(sheet, row, column).locked !== false } };
      } else super.fetch(path);
    }

    getCell(row, column) {
      const at = () => this.target && area(this.target.sheet, this.target.row + row, this.target.column + column);
      return new Range(this.context, at);
    }

    getUsedRangeOrNullObject(is_by_value = false) {
      return new Range(this.context, () => this.target && used_part(this.target, is_by_value));
    }

    getSpillParentOrNullObject() {
      return new Range(this.context, () => {
        const { sheet, row, column } = this.target;
        const { parent } = cell_of(sheet, row, column);
        return parent ? area(sheet, parent.row, parent.column) : null;
      });
    }

    select() {
      this.context.steps.push(() => {
        const { sheet, row, column } = this.target;
        window.book.active = { sheet: sheet.name, row, column };
      });
    }

    set formulas(matrix) {
      this.context.steps.push(() => write(this.target, matrix, entered));
    }

    set values(matrix) {
      this.context.steps.push(() => write(this.target, matrix, entered));
    }
  }
  Remote.readable(Range, {
    values: cells(shown),
    formulas: cells((cell) => cell.formula ?? shown(cell)),
    valueTypes: cells(type_of),
    rowIndex: (at) => at.row,
    columnIndex: (at) => at.column,
    rowCount: (at) => at.rows,
    columnCount: (at) => at.columns,
    address,
  });

  class Protection extends Remote {
    unprotect() {
      this.context.steps.push(() => {
        if (this.target.password) throw new RichApiError("AccessDenied", "The password is incorrect.");
        this.target.protected = false;
      });
    }

    protect(options) {
      this.context.steps.push(() => {
        if (this.target.protected) throw new RichApiError("AccessDenied", "The sheet is protected.");
        Object.assign(this.target, { protected: true, options });
      });
    }
  }
  Remote.readable(Protection, { protected: (sheet) => sheet.protected, options: (sheet) => sheet.options });

  const WHOLE = [1_048_576, 16_384];

  class Worksheet extends Remote {
    get protection() {
      return new Protection(this.context, () => this.target);
    }

    getCell(row, column) {
      return new Range(this.context, () => area(this.target, row, column));
    }

    getRange(address) {
      return new Range(this.context, () => area(this.target, ...corners(address)));
    }

    getRangeByIndexes(row, column, rows, columns) {
      return new Range(this.context, () => area(this.target, row, column, rows, columns));
    }

    getUsedRangeOrNullObject(is_by_value = false) {
      return new Range(this.context, () => used_part(area(this.target, 0, 0, ...WHOLE), is_by_value));
    }

    activate() {
      this.context.steps.push(() => (window.book.shown_sheet = this.target.name));
    }
  }
  Remote.readable(Worksheet, { name: (sheet) => sheet.name });

  /** Row, column, rows and columns of `B2`, `B2:C9`, `A:B` or `1:3`. */
  function corners(address) {
    const [first, last = first] = address.toUpperCase().replaceAll("$", "").split(":").map(place);
    const [row, column] = [first.row ?? 0, first.column ?? 0];
    const end = { row: last.row ?? WHOLE[0] - 1, column: last.column ?? WHOLE[1] - 1 };
    return [row, column, end.row - row + 1, end.column - column + 1];
  }

  function place(text) {
    const [, name, number] = /^([A-Z]*)(\d*)$/.exec(text);
    const column = [...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
    return { row: number ? Number(number) - 1 : undefined, column: name ? column : undefined };
  }

  class Worksheets extends Remote {
    getActiveWorksheet() {
      return new Worksheet(this.context, () => sheet_named(window.book.active.sheet));
    }

    getItem(name) {
      return new Worksheet(this.context, () => found(sheet_named(name), name));
    }

    get onChanged() {
      return { add: (handler) => this.context.steps.push(() => window.book.edited.push(handler)) };
    }

    fetch(path) {
      if (path[0] !== "items") throw new RichApiError("InvalidArgument", `Worksheets has no ${path[0]}`);
      this.items = window.book.sheets.map((sheet) => {
        const item = new Worksheet(this.context, () => sheet);
        item.target = sheet;
        item.fetch(path.slice(1));
        return item;
      });
    }
  }

  class NamedItem extends Remote {
    getRange() {
      return new Range(this.context, () => found(named_area(this.target), "range"));
    }

    getRangeOrNullObject() {
      return new Range(this.context, () => this.target && named_area(this.target));
    }
  }
  Remote.readable(NamedItem, {
    type: (item) => (named_area(item) ? "Range" : { string: "String", number: "Double" }[typeof item]),
    value: (item) => item,
  });

  function named_area(item) {
    return item.sheet === undefined ? null : { ...item, sheet: sheet_named(item.sheet) };
  }

  class Names extends Remote {
    getItemOrNullObject(name) {
      return new NamedItem(this.context, () => window.book.names[name.toLowerCase()] ?? null);
    }
  }

  class Workbook extends Remote {
    get names() {
      return new Names(this.context, () => this.target);
    }

    get worksheets() {
      return new Worksheets(this.context, () => this.target);
    }

    getActiveCell() {
      return new Range(this.context, () => {
        if (!window.book.active) throw new RichApiError("InvalidSelection", "The current selection is invalid.");
        const { sheet, row, column } = window.book.active;
        return area(sheet_named(sheet), row, column);
      });
    }
  }

  Remote.readable(Workbook, {
    name: () => window.book.file_name ?? "book.xlsx",
    isDirty: () => window.book.is_dirty ?? false,
  });

  window.corners = corners;
  window.book.edited = [];
  window.Excel = {
    run: async (...given) => {
      const work = given.pop();
      const [options] = given;
      while (options?.delayForCellEdit && window.book.is_editing) await new Promise(requestAnimationFrame);
      const context = new Context();
      const result = await work(context);
      await context.sync();
      return result;
    },
  };
  window.Office = {
    ...window.Office,
    onReady: async () => ({ host: "Excel", platform: "Mac" }),
    context: {
      displayLanguage: window.book.display_language,
      officeTheme: window.book.theme,
      document: { getFileAsync },
    },
    FileType: { Compressed: "compressed" },
    AsyncResultStatus: { Succeeded: "succeeded", Failed: "failed" },
  };

  /** The file of `window.book.file`, base64, in slices; `is_locked` refuses as Excel does. */
  function getFileAsync(type, { sliceSize }, done) {
    if (type !== "compressed") throw new Error(`getFileAsync: ${type}`);
    const answer = (value) => setTimeout(() => done({ status: "succeeded", value }));
    if (window.book.file === undefined) {
      const error = { code: 5001, message: "An internal error has occurred." };
      setTimeout(() => done({ status: "failed", error }));
      return;
    }
    const bytes = [...atob(window.book.file)].map((letter) => letter.charCodeAt(0));
    window.book.open_files = (window.book.open_files ?? 0) + 1;
    answer({
      size: bytes.length,
      sliceCount: Math.ceil(bytes.length / sliceSize),
      getSliceAsync: (index, then) => {
        const data = bytes.slice(index * sliceSize, (index + 1) * sliceSize);
        setTimeout(() => then({ status: "succeeded", value: { index, data, size: data.length } }));
      },
      closeAsync: () => (window.book.open_files -= 1),
    });
  }
})();
