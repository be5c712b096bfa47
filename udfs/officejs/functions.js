/* Made from the registry of functions by `cfp-xl build`; changes here are lost.
 *
 * Excel calls a function once a cell. Calls are gathered for a moment and sent to the server as
 * one request; a range that many of them share travels once. What the server can't answer is
 * #N/A: never a text, a blank or a zero.
 */
"use strict";

const CFP_CALLS = (() => {
  const TEXTS = {"zh": {"server_away": "连不上 {address}。请在终端运行 cfp-xl host serve，然后按 Ctrl+Alt+F9 重新计算。", "no_answer": "服务没有给出这个公式的结果。请按 Ctrl+Alt+F9 重新计算。", "blanks_unknown": "无法读取参数所在的单元格，因而分不清空白与 0。参数应在本工作簿中；若在其他工作簿，请先把数值复制过来。"}, "en": {"server_away": "{address} does not answer. Run `cfp-xl host serve` in a terminal, then recalculate with Ctrl+Alt+F9.", "no_answer": "The server gave no result for this formula. Recalculate with Ctrl+Alt+F9.", "blanks_unknown": "The cells of an argument could not be read, so blanks can't be distinguished from 0. Arguments must be in this workbook; copy values of another one here."}};
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
  const OTHER_ERRORS = new Set(["#GETTING_DATA", "#SPILL!", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#CALC!"]);

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

/**
 * The emission factor with this id, converted to the denominator wanted.
 * @customfunction CFP_FACTOR CFP_FACTOR
 * @param {any[][]} id the factor's id, such as CN-ELEC-CFP-2024
 * @param {any[][]} [unit] the denominator wanted, such as MWh; the factor's own when left out
 * @param {any[][]} [factors] a range of factors with its headings (id, value, unit, per_unit); only the built-in sets when left out
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_FACTOR(id, unit, factors, invocation) {
  return CFP_CALLS.call("CFP_FACTOR", [id, unit, factors], invocation);
}
CFP_CALLS.associate("CFP_FACTOR", CFP_FACTOR);

/**
 * Where a factor comes from, or another of its properties.
 * @customfunction CFP_FACTOR_INFO CFP_FACTOR_INFO
 * @param {any[][]} id the factor's id
 * @param {any[][]} [field] source when left out; or any heading of the factors table, such as name, value, year, region, publisher, licence; also name_en, set
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_FACTOR_INFO(id, field, factors, invocation) {
  return CFP_CALLS.call("CFP_FACTOR_INFO", [id, field, factors], invocation);
}
CFP_CALLS.associate("CFP_FACTOR_INFO", CFP_FACTOR_INFO);

/**
 * Finds built-in factors, and those of a sheet, by Chinese or English words, the nearest first.
 * @customfunction CFP_FACTOR_SEARCH CFP_FACTOR_SEARCH
 * @param {any[][]} text the words to find, in any order, such as 柴油 or “electricity 2024”
 * @param {any[][]} [limit] how many rows at most, 10 when left out
 * @param {any[][]} [factors] a range of factors with its headings, such as cfp_factors, whose own factors are searched too; only the built-in sets when left out
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_FACTOR_SEARCH(text, limit, factors, invocation) {
  return CFP_CALLS.call("CFP_FACTOR_SEARCH", [text, limit, factors], invocation);
}
CFP_CALLS.associate("CFP_FACTOR_SEARCH", CFP_FACTOR_SEARCH);

/**
 * CO2 from burning 1 kg of a fuel: net calorific value × carbon content × oxidation × 44/12 (GB/T 32151).
 * @customfunction CFP_FUEL_FACTOR CFP_FUEL_FACTOR
 * @param {any[][]} ncv net calorific value, GJ/t
 * @param {any[][]} carbon_content carbon content, tC/TJ
 * @param {any[][]} oxidation oxidation ratio, 0–1
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_FUEL_FACTOR(ncv, carbon_content, oxidation, invocation) {
  return CFP_CALLS.call("CFP_FUEL_FACTOR", [ncv, carbon_content, oxidation], invocation);
}
CFP_CALLS.associate("CFP_FUEL_FACTOR", CFP_FUEL_FACTOR);

/**
 * The 100-year global warming potential of a gas.
 * @customfunction CFP_GWP CFP_GWP
 * @param {any[][]} gas the gas, such as CH4 or SF6
 * @param {any[][]} set the IPCC report: SAR, TAR, AR4, AR5 or AR6
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_GWP(gas, set, invocation) {
  return CFP_CALLS.call("CFP_GWP", [gas, set], invocation);
}
CFP_CALLS.associate("CFP_GWP", CFP_GWP);

/**
 * The emission of an activity: quantity × factor, units converted.
 * @customfunction CFP_EMISSION CFP_EMISSION
 * @param {any[][]} quantity the quantity, in the unit of the next argument; a blank is not 0
 * @param {any[][]} unit the quantity's unit, such as kWh, kg, L or t·km
 * @param {any[][]} factor_id the factor's id
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [bridge] a density or heating value, such as 0.84 for diesel
 * @param {any[][]} [bridge_unit] the bridge's unit, such as kg/L or GJ/t
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_EMISSION(quantity, unit, factor_id, factors, bridge, bridge_unit, assemblies, invocation) {
  return CFP_CALLS.call("CFP_EMISSION", [quantity, unit, factor_id, factors, bridge, bridge_unit, assemblies], invocation);
}
CFP_CALLS.associate("CFP_EMISSION", CFP_EMISSION);

/**
 * The emission of moving a mass over a distance: mass × distance × factor per tonne-kilometre.
 * @customfunction CFP_TRANSPORT CFP_TRANSPORT
 * @param {any[][]} mass the mass moved
 * @param {any[][]} mass_unit the unit of the mass, such as t or kg
 * @param {any[][]} distance the distance
 * @param {any[][]} distance_unit the unit of the distance, such as km
 * @param {any[][]} factor_id the id of a factor per tonne-kilometre
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_TRANSPORT(mass, mass_unit, distance, distance_unit, factor_id, factors, invocation) {
  return CFP_CALLS.call("CFP_TRANSPORT", [mass, mass_unit, distance, distance_unit, factor_id, factors], invocation);
}
CFP_CALLS.associate("CFP_TRANSPORT", CFP_TRANSPORT);

/**
 * The CO2 equivalent of a mass of gas: mass × GWP100.
 * @customfunction CFP_CO2E CFP_CO2E
 * @param {any[][]} mass the mass of the gas
 * @param {any[][]} unit the unit of the mass, such as kg, g or t
 * @param {any[][]} gas the gas, such as CH4 or SF6
 * @param {any[][]} set the IPCC report: SAR, TAR, AR4, AR5 or AR6
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_CO2E(mass, unit, gas, set, invocation) {
  return CFP_CALLS.call("CFP_CO2E", [mass, unit, gas, set], invocation);
}
CFP_CALLS.associate("CFP_CO2E", CFP_CO2E);

/**
 * A product's part of a shared quantity: quantity × its basis / the basis of all.
 * @customfunction CFP_ALLOCATE CFP_ALLOCATE
 * @param {any[][]} quantity the shared quantity, such as the electricity of a site
 * @param {any[][]} product_basis the product's basis, such as its output
 * @param {any[][]} total_basis the basis of all products, in the same unit
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_ALLOCATE(quantity, product_basis, total_basis, invocation) {
  return CFP_CALLS.call("CFP_ALLOCATE", [quantity, product_basis, total_basis], invocation);
}
CFP_CALLS.associate("CFP_ALLOCATE", CFP_ALLOCATE);

/**
 * Converts between units;
 * @customfunction CFP_CONVERT CFP_CONVERT
 * @param {any[][]} value the number to convert
 * @param {any[][]} from its unit, such as MWh or t
 * @param {any[][]} to the unit wanted, such as kWh or kg
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_CONVERT(value, from, to, invocation) {
  return CFP_CALLS.call("CFP_CONVERT", [value, from, to], invocation);
}
CFP_CALLS.associate("CFP_CONVERT", CFP_CONVERT);

/**
 * The 95 % range of the total (low, high), its median, mean or GSD², by first order from the uncertainty that activities and factors state;
 * @customfunction CFP_INTERVAL CFP_INTERVAL
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [what] low, high, median, mean, or gsd2 (when left out); stated: how many inputs state an uncertainty
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_INTERVAL(activities, factors, what, assemblies, invocation) {
  return CFP_CALLS.call("CFP_INTERVAL", [activities, factors, what, assemblies], invocation);
}
CFP_CALLS.associate("CFP_INTERVAL", CFP_INTERVAL);

/**
 * The activities with the largest emissions, largest first.
 * @customfunction CFP_HOTSPOTS CFP_HOTSPOTS
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [n] how many rows at most, 10 when left out
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_HOTSPOTS(activities, n, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_HOTSPOTS", [activities, n, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_HOTSPOTS", CFP_HOTSPOTS);

/**
 * The emission-weighted data quality rating, 1 best to 5: technology, geography, time (PACT), or one of the five scores.
 * @customfunction CFP_DQR CFP_DQR
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [aspect] technology, geography or time; or reliability, completeness, time_score, geography_score, technology_score; the mean of the first three when left out
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_DQR(activities, aspect, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_DQR", [activities, aspect, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_DQR", CFP_DQR);

/**
 * GSD² by the five scores (reliability, completeness, time, geography, technology, 1 to 5 each) and the basic uncertainty: exp √(Σ ln²U + ln²U_basic).
 * @customfunction CFP_GSD2 CFP_GSD2
 * @param {any[][]} scores five cells, in that order
 * @param {any[][]} basic the basic class: energy, material, waste, transport, infrastructure, co2, ch4_n2o; or its U
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_GSD2(scores, basic, invocation) {
  return CFP_CALLS.call("CFP_GSD2", [scores, basic], invocation);
}
CFP_CALLS.associate("CFP_GSD2", CFP_GSD2);

/**
 * The footprint of a life cycle stage, or of one process in it.
 * @customfunction CFP_STAGE CFP_STAGE
 * @param {any[][]} stage the stage: its id, ISO name, GB/T name or an alias, such as production
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [process] only this process; all of them when left out
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_STAGE(stage, activities, process, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_STAGE", [stage, activities, process, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_STAGE", CFP_STAGE);

/**
 * The footprint of all stages.
 * @customfunction CFP_TOTAL CFP_TOTAL
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_TOTAL(activities, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_TOTAL", [activities, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_TOTAL", CFP_TOTAL);

/**
 * The part of the total that a stage, or one process in it, makes up.
 * @customfunction CFP_SHARE CFP_SHARE
 * @param {any[][]} stage the stage: its id, ISO name, GB/T name or an alias
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [process] only this process; all of them when left out
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_SHARE(stage, activities, process, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_SHARE", [stage, activities, process, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_SHARE", CFP_SHARE);

/**
 * A part of the total or what is shown beside it: fossil, land use change, biogenic other (CH4, N2O), biogenic CO2 emitted, uptake, aircraft, credits, the totals excluding and including biogenic CO2, and direct or indirect emissions or those of a site.
 * @customfunction CFP_PART CFP_PART
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} what which part: fossil, land_use_change, biogenic_other, biogenic_co2, uptake, credits, aircraft, excluding, including, direct, indirect or site:NAME
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_PART(activities, what, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_PART", [activities, what, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_PART", CFP_PART);

/**
 * The footprint of one unit of an assembly: the rows that belong to it, over its output.
 * @customfunction CFP_ASSEMBLY CFP_ASSEMBLY
 * @param {any[][]} id the assembly's id
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} factors a range of factors with its headings; only the built-in sets when left blank
 * @param {any[][]} assemblies the range of assemblies with its headings (id, output, unit)
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_ASSEMBLY(id, activities, factors, assemblies, invocation) {
  return CFP_CALLS.call("CFP_ASSEMBLY", [id, activities, factors, assemblies], invocation);
}
CFP_CALLS.associate("CFP_ASSEMBLY", CFP_ASSEMBLY);

/**
 * What the activities still lack, in words: which rows and why;
 * @customfunction CFP_STATUS CFP_STATUS
 * @param {any[][]} activities the range of activities with its headings
 * @param {any[][]} [stage] only this stage; all of them when left out
 * @param {any[][]} [lang] the language of the words, zh or en; that of the headings when left out
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_STATUS(activities, stage, lang, invocation) {
  return CFP_CALLS.call("CFP_STATUS", [activities, stage, lang], invocation);
}
CFP_CALLS.associate("CFP_STATUS", CFP_STATUS);

/**
 * Whether a value agrees with a printed number, which stands for all values within half a unit of its last digit.
 * @customfunction CFP_AGREES CFP_AGREES
 * @param {any[][]} value the value
 * @param {any[][]} printed the number as printed, best as a text, so that its last zeros survive, such as “9.9560” or “17.81 %”
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_AGREES(value, printed, invocation) {
  return CFP_CALLS.call("CFP_AGREES", [value, printed], invocation);
}
CFP_CALLS.associate("CFP_AGREES", CFP_AGREES);

/**
 * Says in words what is wrong with an activity and what to do;
 * @customfunction CFP_DIAGNOSE CFP_DIAGNOSE
 * @param {any[][]} quantity the quantity
 * @param {any[][]} unit the quantity's unit
 * @param {any[][]} factor_id the factor's id
 * @param {any[][]} [factors] a range of factors with its headings; only the built-in sets when left out
 * @param {any[][]} [lang] the language of the words, zh or en; when left out that of the factors' headings, or English
 * @param {any[][]} [assemblies] a range of assemblies with its headings; left out where there are none
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_DIAGNOSE(quantity, unit, factor_id, factors, lang, assemblies, invocation) {
  return CFP_CALLS.call("CFP_DIAGNOSE", [quantity, unit, factor_id, factors, lang, assemblies], invocation);
}
CFP_CALLS.associate("CFP_DIAGNOSE", CFP_DIAGNOSE);

/**
 * The version of these functions.
 * @customfunction CFP_VERSION CFP_VERSION
 * @param {CustomFunctions.Invocation} [invocation]
 * @returns {Promise<any[][]>}
 * @requiresParameterAddresses
 */
function CFP_VERSION(invocation) {
  return CFP_CALLS.call("CFP_VERSION", [], invocation);
}
CFP_CALLS.associate("CFP_VERSION", CFP_VERSION);
