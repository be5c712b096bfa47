"""What a report is made from: a verified product study, in one language, for one reader."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from cfp_xl.exchange.out.study import Audience, Study, label_of
from cfp_xl.findings import CellRef
from cfp_xl.footprint.assembled import WithAssemblies
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import Factor, Factors
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.product import Fact, Product
from cfp_xl.footprint.report_texts import translation_name
from cfp_xl.footprint.row_emission import FootprintState, RowResult
from cfp_xl.footprint.row_kinds import Direction
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.messages import Lang, say
from cfp_xl.report.document.model import Piece, Pieces, ReportGap, ReportNumber
from cfp_xl.report.document.numerals import Numerals
from cfp_xl.report.document.photos import Photos, photos_of
from cfp_xl.report.document.translation import Translations
from cfp_xl.report.document.withheld import withheld_words
from cfp_xl.schema.opened import Opened
from cfp_xl.verify.result import FileResult
from cfp_xl.whatif.study import ProductStudy, study_of


@dataclass(frozen=True)
class ReportSource:
    """A product study and all that its report says of it."""

    study: Study
    result: FileResult
    whatif: ProductStudy
    lang: Lang
    file: str
    """The workbook's name, without its folder."""
    photos: Photos = field(default_factory=Photos)

    @property
    def product(self) -> Product:
        return self.study.product

    @property
    def footprint(self) -> Footprint:
        return self.study.footprint

    @property
    def audience(self) -> Audience:
        return self.study.audience

    @property
    def is_for_customer(self) -> bool:
        return self.study.is_for_customer

    @property
    def total_kgco2e(self) -> float:
        total = self.footprint.total_kgco2e
        assert total is not None
        return total

    @cached_property
    def numerals(self) -> Numerals:
        total = self.total_kgco2e
        stages = [one.kgco2e or 0.0 for one in self.footprint.stages.values()]
        return Numerals.fit(total, [one / total for one in stages] if total else ())

    @property
    def total(self) -> ReportNumber:
        """The result as printed."""
        return self.numerals.kgco2e(self.total_kgco2e)

    @cached_property
    def unit(self) -> str:
        """What results are per: `台`; with its amount where that is not 1."""
        fact = self.product.functional_unit
        stated = fact.value if fact else None
        if stated is not None and stated.amount == 1:
            return self.shown(stated.unit)
        return self.shown(fact.text) if fact else ""

    @property
    def result_unit(self) -> str:
        return f"kgCO₂e/{self.unit}" if self.unit else "kgCO₂e"

    @cached_property
    def factors(self) -> Factors:
        """Those of the workbook and what its assemblies make."""
        made = {folded(id): one for id, one in self.footprint.assemblies.items()}
        return WithAssemblies(self.product.factors, made)

    @cached_property
    def rows(self) -> tuple[RowResult, ...]:
        """The product's own rows, in the workbook's order."""
        return tuple(row for row in self.footprint.rows if not row.assembly)

    @cached_property
    def counted_rows(self) -> tuple[RowResult, ...]:
        """Those of them that the result is the sum of."""
        return tuple(row for row in self.rows if is_counted(row))

    def say(self, key: str, **values: object) -> str:
        return say(f"product_report.{key}", self.lang, **values)

    def factor_of(self, row: RowResult) -> Factor | None:
        """The factor that a row takes; a zero may name none."""
        if is_blank(row.activity.factor_id):
            return None
        try:
            return self.factors.get(str(row.activity.factor_id))
        except FootprintError:
            return None

    def cell(self, row: RowResult, column: str) -> CellRef | None:
        """The cell of a row's column, for readers who hold the workbook."""
        return None if self.is_for_customer else self.product.cell(row.activity, column)

    def place(self, name: str) -> CellRef | None:
        fact = self.study.fact(name)
        return fact.where if fact and not self.is_for_customer else None

    def text_of(self, name: str) -> str:
        """What the workbook says under a name; "" where it says nothing."""
        fact = self.study.fact(name)
        return fact.text.strip() if fact else ""

    def words(self, name: str) -> Pieces:
        """What the workbook says under a name, in the report's language, or the gap."""
        found = self.text_of(name)
        return (self._entry(name, found),) if found else (self.gap(name),)

    def _entry(self, name: str, words: str) -> Piece:
        """A text by the cell beside it that translates it, where there is one."""
        if not self.translations.is_needed:
            return words
        beside = self.study.fact(translation_name(name))
        if beside is not None and beside.text.strip():
            return beside.text.strip()
        piece = self.own(words)
        if isinstance(piece, ReportGap) and beside is not None:
            return replace(piece, where=beside.where)
        return piece

    @cached_property
    def translations(self) -> Translations:
        is_needed = self.lang != self.study.lang
        return Translations(self.product, self.lang, is_needed=is_needed)

    def own(self, words: str) -> Piece:
        """Words of the workbook in the report's language, marked where nobody translated them."""
        found = self.translations.find(words) if words else words
        return self.translations.gap(self._hidden(words)) if found is None else self._hidden(found)

    def shown(self, words: str) -> str:
        """The same where nothing can be marked, such as in a picture: untranslated as they are."""
        return self._hidden(self.translations.find(words) or words)

    @cached_property
    def withheld(self) -> tuple[str, ...]:
        """What a customer's copy does not say, in both languages."""
        words = withheld_words(self.product) if self.is_for_customer else ()
        translated = (self.translations.find(word) or word for word in words)
        return tuple(dict.fromkeys((*words, *translated)))

    def _hidden(self, words: str) -> str:
        """A picture cuts names short: what is withheld goes before that."""
        for one in self.withheld:
            words = words.replace(one, self.say("withheld"))
        return words

    def factor_name(self, factor: Factor) -> Piece:
        """A factor's name in the report's language: of a shipped factor, whose copy in the workbook
        is in one language, its own in the other; else by the workbook's translations."""
        name = factor.label(self.lang)
        with suppress(FootprintError):
            shipped = library().get(factor.id)
            if name in (shipped.label("zh"), shipped.label("en")):
                return shipped.label(self.lang)
        return self.own(name)

    def label_shown(self, label: str) -> str:
        """A row's name with its number, `外购电力 (#6)`."""
        name, number = (*label.rsplit(" (#", 1), "")[:2]
        return f"{self.shown(name)} (#{number}" if number else self.shown(name)

    def number(self, name: str) -> float | None:
        fact = self.study.fact(name)
        return fact.value if fact and isinstance(fact.value, float) else None

    def day(self, name: str) -> date | None:
        """A day, where one is stated and understood."""
        if not self.text_of(name):
            return None
        return self.study.day(name)

    def shown_day(self, day: date) -> str:
        return self.say("day", year=day.year, month=day.month, day=day.day)

    def gap(self, name: str) -> ReportGap:
        """Room for what is missing, with the cell to fill."""
        label = label_of(name)[0]
        fact = self.study.fact(name)
        gap = ReportGap(name, label, fact.where if fact else None, "")
        words = self.say("gap.text", label=label, where=gap.place(self.lang))
        return replace(gap, text=words)

    def label(self, name: str) -> str:
        """What a fact is called."""
        return label_of(name)[0].in_lang(self.lang)

    def fact(self, name: str) -> Fact[Any] | None:
        return self.study.fact(name)


def is_counted(row: RowResult) -> bool:
    """Whether a row adds to the total, as quantity times factor."""
    if row.state is not FootprintState.VALUE or row.direction is Direction.CREDIT or row.scheme:
        return False
    return bool(row.counted_kgco2e)


def source_of(
    opened: Opened,
    result: FileResult,
    file: str,
    audience: Audience = "customer",
    lang: Lang | None = None,
    *,
    is_draft: bool = False,
) -> ReportSource:
    """What a verified workbook's report is made from; in the workbook's own language where none
    is given. Raises NoTotal, SpreadInRow."""
    study = Study(opened.recomputed, opened.workbook.sha256, audience, is_draft=is_draft)
    whatif = study_of(opened)
    assert whatif is not None
    photos = photos_of(opened, study.product)
    return ReportSource(study, result, whatif, lang or study.lang, file, photos)
