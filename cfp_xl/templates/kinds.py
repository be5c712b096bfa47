"""Kinds of carbon on the results sheet: each by CFP_PART and by native formulas over the rows.

Natively a row counts as often as the product holds it (`times`), through assemblies too; what a
factor gives of a kind is found by its id for all rows at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.parts import NAMES
from cfp_xl.footprint.row_kinds import CarbonKind, Direction, name_of, yes_words
from cfp_xl.templates.formulas import ASSEMBLIES
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import KGCO2E
from cfp_xl.templates.verdicts import agrees, colour_errors, colour_verdicts

SHOWN = tuple(name for name in NAMES if name != "excluding")
"""In their order; without what a total is."""
COUNTED_AS: Mapping[str, str] = {
    **dict.fromkeys(("fossil", "land_use_change", "biogenic_other"), "in_total"),
    **dict.fromkeys(("biogenic_co2", "uptake", "credits"), "beside"),
    "aircraft": "of_which",
    "including": "all_of_it",
}


def kinds_of_carbon(page: Page) -> None:
    """A row for each kind, with what it is to the total."""
    book, region = page.book, page.book.layout["kinds"]
    page.header(region, {"kind": "plain", "counted_as": "plain"}, ())
    title = book.say("results.kinds")
    page.sheet.write_string(region.header - 1, 0, title, book.styles.title("section"))
    plain = book.styles.cell("plain")
    for row, kind in enumerate(SHOWN, region.first):
        page.sheet.set_row(row, 22)
        page.sheet.write_string(row, 0, book.say(f"results.kind.{kind}"), plain)
        page.sheet.write_string(row, 1, book.say(f"results.{COUNTED_AS[kind]}"), plain)
        for column, formula in _formulas(book, region, row, kind).items():
            number = "" if column == "agrees" else KGCO2E
            form = book.styles.cell("computed", number, centre=not number)
            page.formula(row, region.index(column), formula, form)
    colour_verdicts(page, region.down("agrees"))
    colour_errors(page, region.down("kgco2e", "checked"))


def _formulas(book: Book, region: TemplateRegion, row: int, kind: str) -> Mapping[str, str]:
    """Where there is no total there are no parts: what stands there stands here."""
    at = {column: region.at(column, row) for column in region.columns}
    results = book.layout["results"]
    total = {column: results.fixed(column, results.last) for column in ("cfp", "native")}

    def once_known(formula: str, known: str) -> str:
        return f"IF(ISNUMBER({total[known]}),{formula},{total[known]})"

    by_function = f'CFP_PART(cfp_activities,"{kind}",cfp_factors,{ASSEMBLIES})'
    by_sums = once_known(_by_sums(book, region, kind), "native")
    return {
        "checked": by_sums,
        "kgco2e": at["checked"] if book.is_native else once_known(by_function, "cfp"),
        "agrees": agrees(book, at["kgco2e"], at["checked"]),
    }


def _by_sums(book: Book, region: TemplateRegion, kind: str) -> str:
    rows, factors = _Rows(book), _Factors(book)
    results = book.layout["results"]
    total = results.fixed("native", results.last)
    cells = {one: region.at("checked", region.first + SHOWN.index(one)) for one in SHOWN}
    match kind:
        case "fossil":
            others = (CarbonKind.LAND_USE_CHANGE, CarbonKind.BIOGENIC_OTHER)
            of_rows = "".join(f"-{rows.counted(rows.is_carbon(one))}" for one in others)
            return f"{total}{of_rows}-{rows.by_factor(factors.per_row('not_fossil'))}"
        case "land_use_change" | "biogenic_other":
            of_rows = rows.counted(rows.is_carbon(CarbonKind(kind)))
            return f"{of_rows}+{rows.by_factor(factors.per_row(kind))}"
        case "biogenic_co2":
            way = f"1-2*{rows.goes(Direction.OUTPUT)}-{rows.goes(Direction.CREDIT)}"
            of_rows = rows.held(
                f"{rows.is_carbon(CarbonKind.BIOGENIC_CO2)}*({way}-{rows.taken_up})"
            )
            return f"{of_rows}+{rows.by_factor(factors.per_row('biogenic'))}"
        case "uptake":
            by_factor = rows.by_factor(f"ABS({factors.per_row('uptake')})")
            return f"{rows.held(rows.taken_up)}+{by_factor}"
        case "credits":
            return rows.held(rows.goes(Direction.CREDIT))
        case "aircraft":
            return rows.counted(rows.is_flown)
    return f"{total}+{cells['biogenic_co2']}-{cells['uptake']}"


class _Rows:
    """Sums over all rows of the activities, each as often as the product holds it."""

    def __init__(self, book: Book) -> None:
        area = book.layout["activities"]
        self._columns = {column: area.column(column) for column in area.columns}

    def held(self, which: str) -> str:
        """What rows emit, whichever way they go."""
        return f"SUMPRODUCT({self._columns['times']},{self._columns['native']},{which})"

    def counted(self, which: str) -> str:
        """What rows add to the total."""
        return f"SUMPRODUCT({self._columns['in_total']},{which})"

    def by_factor(self, per_unit: str) -> str:
        """Amounts times what their factors give of a kind; credits lie beside."""
        columns = ("times", "sign", "quantity", "unit_ratio")
        return f"SUMPRODUCT({','.join(self._columns[c] for c in columns)},{per_unit})"

    def is_carbon(self, kind: CarbonKind) -> str:
        name = name_of(kind)
        return self._says("carbon", (name.zh, name.en, kind.value))

    def goes(self, way: Direction) -> str:
        name = name_of(way)
        return self._says("direction", (name.zh, name.en, way.value))

    @property
    def taken_up(self) -> str:
        return self.goes(Direction.UPTAKE)

    @property
    def is_flown(self) -> str:
        return self._says("aircraft", yes_words())

    def _says(self, column: str, words: tuple[str, ...]) -> str:
        """1 in rows that say one of these words, else 0."""
        cells = self._columns[column]
        said = (f'({cells}="{word}")' for word in dict.fromkeys(words))
        return f"({'+'.join(said)})"


class _Factors:
    """What the factor of each row gives, as a column beside the rows."""

    def __init__(self, book: Book) -> None:
        self._factors = book.layout["factors"]
        self._keys = book.layout["activities"].column("factor_key")

    def per_row(self, column: str) -> str:
        return f"SUMIF({self._factors.column('id')},{self._keys},{self._factors.column(column)})"
