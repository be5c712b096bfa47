"""What a command and all processes it starts take together, looked at while they run (Linux)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

EVERY_S = 0.1
MIB = 1024 * 1024


class Group:
    """CPU seconds and the peak of memory of a session's processes; a thread looks at them."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._ticks: dict[int, int] = {}
        """Of each process."""
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_mb = 0.0

    def __enter__(self) -> Group:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def others_cpu_s(self) -> float:
        """Of all but the session's first process."""
        ticks = sum(ticks for pid, ticks in self._ticks.items() if pid != self._session)
        return ticks / os.sysconf("SC_CLK_TCK")

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY_S):
            self.look()

    def look(self) -> None:
        """Takes one look."""
        rss_bytes = 0
        page_bytes = os.sysconf("SC_PAGE_SIZE")
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                stat = (folder / "stat").read_text(errors="replace")
            except OSError:
                continue  # it has ended
            fields = stat.rpartition(")")[2].split()
            if int(fields[3]) == self._session:  # proc(5): the 6th field, counted from 1
                self._ticks[int(folder.name)] = sum(map(int, fields[11:13]))
                rss_bytes += int(fields[21]) * page_bytes
        self.peak_mb = max(self.peak_mb, rss_bytes / MIB)
