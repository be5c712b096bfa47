"""Which way a row goes and where it counts, by native formulas: outputs are subtracted; credits,
uptake and biogenic CO2 lie beside the total; rows of an assembly count through those that take it.

A word that is not of the dropdown is an error, never an input: such a row counts, and as #N/A.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.row_kinds import CarbonKind, Direction, name_of
from cfp_xl.templates import native
from cfp_xl.templates.column_names import named
from cfp_xl.templates.page import Book

At = Mapping[str, str]


def sign(book: Book, at: At) -> str:
    """1, −1 for what leaves, 0 for what lies beside the total, 2 where a word is not known."""
    direction, carbon = at["direction"], at["carbon"]
    beside = _is_one(direction, Direction.CREDIT, Direction.UPTAKE)
    way = (
        f'IF(OR({direction}="",{_is_one(direction, Direction.INPUT)}),1,'
        f"IF({_is_one(direction, Direction.OUTPUT)},-1,IF({beside},0,{native.UNKNOWN})))"
    )
    no_sum = f"IF({way}={native.UNKNOWN},{native.UNKNOWN},0)"
    counted = [kind for kind in CarbonKind if kind is not CarbonKind.BIOGENIC_CO2]
    kind = (
        f'IF(OR({carbon}="",{_is_one(carbon, *counted)}),{way},'
        f"IF({_is_one(carbon, CarbonKind.BIOGENIC_CO2)},{no_sum},{native.UNKNOWN}))"
    )
    return f'IF({native.is_empty(book, at)},"",{kind})'


def counts(at: At) -> str:
    """The same of rows of the product itself; blank of those of an assembly."""
    return f'IF(OR({at["assembly"]}<>"",{at["sign"]}=""),"",MIN({at["sign"]},1))'


def of_product(book: Book) -> str:
    """The criterion of COUNTIFS for rows of the product itself, which say whether they count."""
    return f'{book.layout["activities"].column("counts")},">=-1"'


def taken(book: Book, at: At) -> str:
    """How many units of an assembly the row takes, with its sign; blank of all others."""
    amount = native.by_outcome(book, at, f"{at['sign']}*{at['quantity']}*{at['unit_ratio']}")
    return f'IF({native.takes_assembly(at["factor_key"])},{amount},"")'


def second_emission(book: Book, at: At) -> str:
    """What a row emits: by a factor of the sheet, or of what it takes of an assembly."""
    value = native.of_assembly("native", at)
    product = native.by_outcome(book, at, f"{at['quantity']}*{at['unit_ratio']}*{value}")
    return f"IF({native.takes_assembly(at['factor_key'])},{product},{at['plain']})"


def counted(at: At) -> str:
    """What the row adds to its stage and the total; a word, as of a row that does not apply, is
    no amount."""
    amount = f"{at['counts']}*{at['native']}"
    return f'IF({at["assembly"]}<>"",0,IF(ISTEXT({at["native"]}),"",{amount}))'


def times(at: At) -> str:
    """How often the product holds the row: once, or as often as its assembly, per unit made."""
    uses, ids = named("assemblies", "use"), named("assemblies", "id")
    found = f"INDEX({uses},MATCH({at['assembly']},{ids},0))"
    return f'IF({at["sign"]}="","",IF({at["assembly"]}="",1,{found}))'


def in_total(at: At) -> str:
    """What of the total depends on the row, through assemblies too."""
    amount = f"{at['times']}*MIN({at['sign']},1)*{at['native']}"
    return f'IF(ISTEXT({at["native"]}),"",{amount})'


def _is_one(cell: str, *words: Direction | CarbonKind) -> str:
    """Whether a cell says one of these, in either language or by its id."""
    spelled = [
        spelling
        for word in words
        for spelling in dict.fromkeys((name_of(word).zh, name_of(word).en, word.value))
    ]
    said = ",".join(f'{cell}="{spelling}"' for spelling in spelled)
    return f"OR({said})"
