"""The command `cfp-xl`: a thin door.

Exit codes: 0 fine, 1 findings, 2 unusable input or usage, 3 our bug; as of other programs, 130
interrupted and 141 the reader of a pipe went away.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from cfp_xl.cli.commands import cfp_xl
from cfp_xl.cli.help import spoken
from cfp_xl.messages import LANGS, Explained, Lang, default_lang, say

FINE, UNUSABLE, BUG = 0, 2, 3
INTERRUPTED, NO_READER = 128 + 2, 128 + 13
"""What a shell gives for a program that SIGINT or SIGPIPE ended."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when it takes no more output; never a mistake of ours."""


class _Closed(io.TextIOBase):
    """Standard output where the shell has closed it: a report that nobody gets is no pass."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def main() -> NoReturn:
    """The program `cfp-xl`: exits with 0 to 3 as docs/ci.md has them."""
    _replace_closed_streams()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy starts one a core otherwise
    sys.exit(run(sys.argv[1:]))


def _replace_closed_streams() -> None:
    """Python has no stream where a descriptor is closed. The null device takes its number, or the
    next file that is opened would be what others write to."""
    if getattr(sys, "stdout", None) is None:
        os.open(os.devnull, os.O_WRONLY)
        sys.stdout = _Closed()
    if getattr(sys, "stderr", None) is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def run(arguments: Sequence[str]) -> int:
    """Runs one command and says what went wrong in the user's language; returns the exit code."""
    lang = _lang(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A pipe in another encoding must not turn a report into a traceback.
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        answer = cfp_xl(lang).main(list(arguments), prog_name="cfp-xl", standalone_mode=False)
        sys.stdout.flush()  # what a full disk or a closed pipe refuses is told here, not at exit
    except click.exceptions.NoArgsIsHelpError as error:
        _complain(error.message)
        return UNUSABLE
    except click.UsageError as error:
        _complain(spoken(error, lang))
        return UNUSABLE
    except Explained as error:
        _complain(error.say(lang))
        return UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        _complain(say("cli.interrupted", lang))
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click makes a SystemExit of a closed pipe
        # The reader (`head`) went away before the report was whole; it must not look like a pass.
        _abandon_output()
        return UNUSABLE if isinstance(sys.stdout, _Closed) else NO_READER
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            _abandon_output()
            _complain(say("cli.error.no_room", lang, why=error.strerror))
            return UNUSABLE
        if "--debug" in arguments:
            traceback.print_exc()
        _complain(say("cli.bug", lang, what=f"{type(error).__name__}: {error}"))
        return BUG
    return answer if isinstance(answer, int) else FINE


def _abandon_output() -> None:
    """What is still to be written goes nowhere: Python would complain of it while it ends."""
    with suppress(io.UnsupportedOperation):  # a stream without a file, as in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lang(arguments: Sequence[str]) -> Lang:
    """The language of `--lang`, known before the options are parsed: help texts need it."""
    for flag, value in zip(arguments, [*arguments[1:], ""], strict=False):
        name, _, inline = flag.partition("=")
        if name == "--lang":
            chosen = inline or value
            return next((lang for lang in LANGS if lang == chosen), default_lang())
    return default_lang()


def _complain(message: str) -> None:
    click.echo(message, err=True)
