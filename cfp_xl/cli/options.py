"""The options that commands share, and what they parse to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import click

from cfp_xl.messages import LANGS, Explained, Lang, say
from cfp_xl.report.formats import VERIFY, formats_of

ENGINES = ("cfp_xl", "formulas")
"""What `recalc` computes with."""
WITNESSES = ("formulas", "libreoffice", "excel")
"""Second engines, as `verify/witness.py` has them."""


class UsageMistake(Explained):
    """An option or argument that can't be meant so."""


@dataclass(frozen=True, slots=True)
class Report:
    """One `--report FORMAT[=FILE]`; no file means standard output."""

    format: str
    file: Path | None


def parse_reports(texts: Sequence[str], command: str) -> tuple[Report, ...]:
    """The reports asked for; text on standard output unless another report goes there."""
    reports = tuple(_report(text, command) for text in texts)
    on_stdout = [r.format for r in reports if r.file is None]
    if len(on_stdout) > 1:
        raise UsageMistake("cli.error.two_on_stdout", formats=tuple(on_stdout))
    return reports if on_stdout else (Report("text", None), *reports)


def _report(text: str, command: str) -> Report:
    name, _, file = text.partition("=")
    offered = formats_of(command)
    if name not in offered:
        raise UsageMistake("cli.error.format_unknown", format=name, formats=tuple(offered))
    if offered[name].is_file_only and not file:
        ending = offered[name].ending
        raise UsageMistake("cli.error.format_needs_file", format=name, ending=ending)
    return Report(name, Path(file) if file else None)


def guard_reports(
    reports: Sequence[Report], inputs: Iterable[Path] = (), others: Iterable[Path | None] = ()
) -> None:
    """Refuses reports (and `others` that a command writes) in whose place stands what must not be
    lost, before any work is done. Raises NotWritten."""
    from cfp_xl.outputs import ensure_outputs

    files = [report.file for report in reports]
    ensure_outputs([file for file in (*files, *others) if file is not None], inputs)


class Spelled(click.ParamType):  # type: ignore[type-arg]
    """One of a few words."""

    name = "word"

    def __init__(self, lang: Lang, words: Sequence[str]) -> None:
        self.lang = lang
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.words:
            self.fail(
                say("cli.error.choice", self.lang, value=value, choices=self.words), param, ctx
            )
        return str(value)


class Number(click.ParamType):  # type: ignore[type-arg]
    """A finite number within bounds, whole or not."""

    name = "number"

    def __init__(self, lang: Lang, key: str, is_meant: Callable[[float], bool]) -> None:
        self.lang = lang
        self.key = key
        self.is_meant = is_meant

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not (isfinite(number) and self.is_meant(number)):
            self.fail(say(self.key, self.lang, value=value), param, ctx)
        return number


def tolerance(lang: Lang) -> Number:
    """A relative tolerance: what computers round, not what people do."""
    return Number(lang, "cli.error.tolerance", lambda x: 0 <= x <= 1e-6)


class CalendarDay(click.ParamType):  # type: ignore[type-arg]
    """A day as YYYY-MM-DD."""

    name = "day"

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(say("cli.error.as_of", self.lang, value=value), param, ctx)


def count(lang: Lang) -> Number:
    """A whole number from 1."""
    return Number(lang, "cli.error.whole_number", lambda x: x >= 1 and x == int(x))


def port(lang: Lang) -> Number:
    """A TCP port; 0 asks for a free one."""
    return Number(lang, "cli.error.port", lambda x: 0 <= x <= 65_535 and x == int(x))


def seconds(lang: Lang) -> Number:
    """A length of time above 0, up to a week."""
    return Number(lang, "cli.error.seconds", lambda x: 0 < x <= 7 * 24 * 3600)


def option(lang: Lang, *names: str, shown_default: Any = None, **settings: Any) -> click.Option:
    """An option whose help is `cli.option.<its long name>`.

    `shown_default` is what holds where neither the user nor a policy says anything.
    """
    long = next(name for name in names if name.startswith("--"))
    text = say(f"cli.option.{long.lstrip('-').replace('-', '_')}", lang)
    default = settings.get("default", shown_default)
    if default not in (None, ""):
        shown = f"{default:g}" if isinstance(default, float) else default
        text += say("cli.default", lang, value=shown)
    return click.Option([*names], help=text, **settings)


def applying(lang: Lang, help_key: str) -> click.Option:
    """`--apply`; what holds without it may be said, too: `--dry-run`."""
    text = say(f"cli.option.{help_key}", lang)
    return click.Option(["--apply/--dry-run", "is_applied"], help=text, default=False)


def common(lang: Lang, *, is_debug_wanted: bool = False) -> list[click.Parameter]:
    """`--lang` and `--debug`, which every command takes; `debug` reaches only who wants it."""
    return [
        word(lang, "--lang", LANGS, expose_value=False),
        option(lang, "--debug", is_flag=True, expose_value=is_debug_wanted),
    ]


def word(lang: Lang, name: str, words: Sequence[str], **settings: Any) -> click.Option:
    """An option whose value is one of `words`; a slip is answered with all of them."""
    return option(lang, name, type=Spelled(lang, words), metavar="|".join(words), **settings)


def report_option(lang: Lang, command: str) -> click.Option:
    """`--report`, with the formats that the command writes."""
    return click.Option(
        ["--report", "reports"],
        help=say("cli.option.report", lang, formats=" ".join(formats_of(command))),
        multiple=True,
        metavar="FORMAT[=FILE]",
    )


def set_option(lang: Lang) -> click.Option:
    """`recalc --set`; that of `factors list` names a set of factors."""
    help = say("cli.option.set_value", lang)
    return click.Option(["--set", "sets"], help=help, multiple=True, metavar="SHEET!CELL=VALUE")


def verify_options(lang: Lang) -> list[click.Parameter]:
    """The options of every command that verifies."""
    return [
        report_option(lang, VERIFY),
        word(lang, "--fail-on", ("error", "warning", "never"), shown_default="error"),
        option(
            lang,
            "--tolerance",
            type=tolerance(lang),
            shown_default=1e-9,
            metavar="REL",
        ),
        word(lang, "--witness", WITNESSES, multiple=True),
        option(lang, "--together", "is_together", is_flag=True),
        option(lang, "--lint", is_flag=True),
        *_judging_options(lang),
        *_run_options(lang),
    ]


def _judging_options(lang: Lang) -> list[click.Parameter]:
    """What a project demands or accepts."""
    file = click.Path(path_type=Path)
    return [
        option(lang, "--policy", type=file, metavar="FILE"),
        word(lang, "--require-schema", ("supplier", "product")),
        option(lang, "--as-of", type=CalendarDay(lang), metavar="YYYY-MM-DD"),
        option(lang, "--exclude", multiple=True, metavar="PATTERN"),
        option(lang, "--baseline", type=file, metavar="FILE"),
        option(lang, "--fail-on-new", is_flag=True),
        option(lang, "--write-baseline", is_flag=True),
    ]


def _run_options(lang: Lang) -> list[click.Parameter]:
    """How the work on many files is done."""
    file = click.Path(path_type=Path)
    return [
        option(lang, "--jobs", type=count(lang), default=1, metavar="N"),
        option(lang, "--timeout", type=seconds(lang), default=60.0, metavar="S"),
        option(lang, "--memory", type=count(lang), default=4096, metavar="MIB"),
        option(lang, "--ledger", type=file, metavar="FILE"),
        option(lang, "--cluster", metavar="ADDRESS"),
    ]
