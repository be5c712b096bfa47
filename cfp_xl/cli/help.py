"""Click in two languages: headings, option texts and usage errors come from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import click

from cfp_xl.messages import Lang, say, text

OFF_SCREEN = "templates"
"""Commands that only makers of templates need are not on the first screen."""


class Spoken(click.Command):
    """A command whose help texts are `cli.<key>.{short,help,examples}` of the catalogue."""

    def __init__(self, name: str, lang: Lang, key: str = "", **settings: Any) -> None:
        key = key or name
        self.lang = lang
        super().__init__(
            name,
            help="\b\n" + say(f"cli.{key}.help", lang).replace("\n\n", "\n\n\b\n"),
            short_help=say(f"cli.{key}.short", lang),
            epilog="\b\n" + say(f"cli.{key}.examples", lang),
            context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
            **settings,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Click's own complaint about arguments too many exists in English only.
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not isinstance(self, click.Group):
            ctx.fail(say("cli.error.extra", self.lang, arguments=tuple(ctx.args)))
        return ctx.args

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("cli.option.help", self.lang)
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("cli.usage", self.lang) + " ")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        self.options_metavar = say("cli.options_metavar", self.lang)
        return super().collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (p for p in self.get_params(ctx) if isinstance(p, click.Option))
        required = say("cli.required", self.lang)
        rows = [
            (names, words.replace("  [required]", required))
            for p in options
            for names, words in [p.get_help_record(ctx) or ("", "")]
            if names
        ]
        if rows:
            with _section(formatter, say("cli.options", self.lang)):
                formatter.write_dl(rows)

    def format_epilog(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        if self.epilog:
            with _section(formatter, say("cli.examples", self.lang)):
                formatter.write_text(self.epilog)


class SpokenGroup(Spoken, click.Group):
    """A group whose commands are listed under headings in the user's language."""

    def __init__(self, name: str, lang: Lang, key: str = "", **settings: Any) -> None:
        super().__init__(name, lang, key, **settings)
        self.kinds: dict[str, list[click.Command]] = {}
        """Its commands by `cli.group.<kind>`; without kinds they stand in one list."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx)[:-1], say("cli.command_metavar", self.lang)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        Spoken.format_options(self, ctx, formatter)
        listed = {say("cli.commands", self.lang): list(self.commands.values())}
        if self.kinds:
            listed = {
                say(f"cli.group.{kind}", self.lang): commands
                for kind, commands in self.kinds.items()
                if kind != OFF_SCREEN
            }
        width = max(len(one.name or "") for commands in listed.values() for one in commands)
        for heading, commands in listed.items():
            with _section(formatter, heading):
                rows = [(one.name or "", one.get_short_help_str(80)) for one in commands]
                formatter.write_dl([(name.ljust(width), words) for name, words in rows])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-"):
            known = tuple(self.commands)
            ctx.fail(say("cli.error.no_command", self.lang, name=args[0], commands=known))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@contextmanager
def _section(formatter: click.HelpFormatter, heading: str) -> Iterator[None]:
    """As click's own, whose colon is not that of every language."""
    formatter.write_paragraph()
    formatter.write(f"{heading}\n")
    formatter.indent()
    try:
        yield
    finally:
        formatter.dedent()


def spoken(error: click.UsageError, lang: Lang) -> str:
    """A usage error in the user's language, with the way to more help."""
    command = error.ctx.command_path if error.ctx else "cfp-xl"
    return f"{_what(error, lang)}\n{say('cli.more_help', lang, command=command)}"


def _what(error: click.UsageError, lang: Lang) -> str:
    name = _parameter(error)
    match error:
        case click.NoSuchOption():
            near = _alike(error.option_name, error.possibilities or ())
            key = "cli.error.no_such_option_near" if near else "cli.error.no_option"
            return say(key, lang, option=error.option_name, near=near)
        case click.BadOptionUsage():
            return say("cli.error.option_value", lang, option=error.option_name)
        case click.MissingParameter():
            return say("cli.error.missing", lang, parameter=name)
        case click.BadParameter() if isinstance(error.param and error.param.type, click.Path):
            why = text("inputs.why.no_permission").in_lang(lang)  # all that is asked of a path
            return say("cli.error.bad_value", lang, parameter=name, why=why)
        case click.BadParameter():
            return say("cli.error.bad_value", lang, parameter=name, why=error.message)
        case _:
            return error.message


def _alike(typed: str, options: Sequence[str]) -> tuple[str, ...]:
    """The options that may be meant; their dashes, which all share, are not compared."""
    by_word = {option.lstrip("-"): option for option in options}
    return tuple(by_word[word] for word in get_close_matches(typed.lstrip("-"), by_word))


def _parameter(error: click.UsageError) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return ""
    return param.opts[0] if isinstance(param, click.Option) else param.human_readable_name.upper()
