"""A progress bar on standard error: how many files of how many, how fast, how long still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cfp_xl.messages import Lang, say


@contextmanager
def progress(lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told (done, of how many), and leaves nothing behind."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Files a second, over the last ones."""

        def render(self, task: Task) -> Text:
            per_s = task.finished_speed or task.speed
            return Text(say("cli.progress_rate", lang, rate=f"{per_s:.3g}") if per_s else "")

    label = say("cli.progress", lang)
    with Progress(
        label,
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
