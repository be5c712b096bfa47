"""What was read from a published report: each thing with its words and its place.

Everything here is *proposed*: words that a pattern found. What is said in several places is several
records, in the order of reading, so that rules can hold place against place. `text` is as printed,
the other fields are what it means; "" where that is not clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cfp_xl.audit.document import Document, Spot


@dataclass(frozen=True)
class Said:
    """Something the report says at one place."""

    text: str
    spot: Spot
    """With the quoted words around it."""
    meaning: str = ""
    """What `text` means in our words (see the field of `ReadReport` it is in)."""


@dataclass(frozen=True)
class SaidBoundary(Said):
    """A statement of the system boundary. `text` is the list of stages, as printed."""

    form: str = ""
    """cover, list (a numbered statement), abstract, scope, table (of included processes), formula,
    legend (of one symbol of it), prose."""
    type: str = ""
    """cradle_to_gate, cradle_to_grave, gate_to_gate; "" where it names none."""
    parts: frozenset[str] = frozenset()
    """Ids of `data/boundary_terms.toml` (raw_material_acquisition, storage, …) and folded other
    words."""
    excluded: tuple[str, ...] = ()
    """What the statement itself leaves out, as printed."""
    symbol: str = ""
    """Of a legend: the symbol that it explains, E_运输."""


@dataclass(frozen=True)
class SaidStandard(Said):
    """A standard that the report names. `text` is the whole reference."""

    number: str = ""
    """As compared: GB/T 24067, ISO 14067, PAS 2050, IPCC AR5 has its own field."""
    edition: str = ""
    """2024; "" where it is named without a year."""
    title: str = ""
    role: str = ""
    """basis (the report says that it follows it), source (of factors), company (a management system
    of the company), mention."""


@dataclass(frozen=True)
class SaidDate(Said):
    """A day or a period; first and last as YYYY-MM-DD, a year alone as its first and last day."""

    first: str = ""
    last: str = ""
    role: str = ""
    """issued, signed, period (of the data), valid, announced (of a source), published, other."""


@dataclass(frozen=True)
class SaidPerson(Said):
    """A person; `text` is the name as printed."""

    role: str = ""
    """compiled, leader, member, reviewed, approved, contact, legal_representative, expert, …"""
    organisation: str = ""


@dataclass(frozen=True)
class SaidOrganisation(Said):
    """A company or body; `text` is its name."""

    role: str = ""
    """producer, issuer (who wrote or certified the report), client, other."""


FIGURE_COLUMNS = (
    "stage",
    "process",
    "activity",
    "quantity",
    "unit",
    "factor",
    "factor_unit",
    "factor_id",
    "emission",
    "emission_unit",
    "share",
)


@dataclass(frozen=True)
class PrintedFigures:
    """A row of a table, or a clause of a sentence, with its figures as printed.

    The same as a row of the declared sheet: `item` is activity, stage or total, the columns are
    those of `cfp_declared`. "/" is kept: it says that no figure is printed.
    """

    item: str
    place: str
    """What its table or paragraph is called; figures of one table share it."""
    texts: Mapping[str, str]
    spots: Mapping[str, Spot]
    """Of each column that has a text."""
    spot: Spot
    """Of the row, quoted whole."""
    is_prose: bool = False
    is_uncertain: bool = False
    """Not sure to be read as printed: shown, and held against nothing."""

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    @property
    def is_empty(self) -> bool:
        """Whether no figure is printed in the row; a zero is one."""
        texts = [self.texts[c] for c in ("quantity", "emission") if self.texts.get(c)]
        return bool(texts) and all(text == "/" for text in texts)


@dataclass(frozen=True)
class ReadReport:
    """A report, and all that was read from it."""

    document: Document
    figures: tuple[PrintedFigures, ...] = ()
    boundaries: tuple[SaidBoundary, ...] = ()
    products: tuple[Said, ...] = ()
    """Names of the product that the report is about, each place by itself: 产品名称, the object of
    evaluating in the goal. `meaning` is what the place is: cover, table, goal (a sentence on what
    this report evaluates), text (a sentence that may be about another product)."""
    models: tuple[Said, ...] = ()
    """Model names and types (规格型号)."""
    organisations: tuple[SaidOrganisation, ...] = ()
    functional_units: tuple[Said, ...] = ()
    """`meaning`: functional or declared."""
    standards: tuple[SaidStandard, ...] = ()
    dates: tuple[SaidDate, ...] = ()
    persons: tuple[SaidPerson, ...] = ()
    gwp_sets: tuple[Said, ...] = ()
    """`meaning`: AR4, AR5, AR6, …"""
    gases: tuple[Said, ...] = ()
    """Gases that the report says it counts; `meaning` is the id: CO2, CH4, N2O, HFCs, …"""
    factor_sources: tuple[Said, ...] = ()
    """What the report names as source of factors or background data."""
    allocation: tuple[Said, ...] = ()
    """Sentences on allocation; `meaning`: mass, physical, economic, avoided, none, or ""."""
    cut_offs: tuple[Said, ...] = ()
    """Sentences of the cut-off rule; `meaning`: its thresholds, "1;5" in per cent."""
    uncertainty: tuple[Said, ...] = ()
    """Sentences on uncertainty; `meaning`: quantitative where a number is given, else qualitative.
    """
    components: tuple[Said, ...] = ()
    """Parts and materials of the product, one by one."""
    exclusions: tuple[Said, ...] = ()
    """What is said to be left out, one by one."""
    numbers_of_report: tuple[Said, ...] = ()
    """报告编号."""
    places: Mapping[str, Spot] = field(default_factory=dict)
    """Where each `PrintedFigures.place` is."""

    @property
    def language(self) -> str:
        """zh or en."""
        return self.document.language

    @property
    def paragraphs(self) -> bool:
        """Whether it has any text; for `needs`."""
        return bool(self.document.paragraphs)

    @property
    def tables(self) -> bool:
        return bool(self.document.tables)
