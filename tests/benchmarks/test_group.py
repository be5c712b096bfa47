"""What a command's processes take together."""

from __future__ import annotations

import sys

from benchmarks.measure import run

PARENT = """
import subprocess, sys, time
child = "import sys; x = bytearray(b'1') * 60_000_000; print(1, flush=True); sys.stdin.read()"
pipe = subprocess.PIPE
children = [
    subprocess.Popen([sys.executable, "-c", child], stdin=pipe, stdout=pipe) for _ in range(2)
]
for one in children:
    one.stdout.readline()
time.sleep(3)
"""


def test_children_that_nobody_waits_for_are_counted() -> None:
    """Two of them hold 60 MB each at one time."""
    watched = run([sys.executable, "-c", PARENT], timeout_s=600, is_watched=True)
    assert watched.exit_code == 0, watched.stderr
    assert watched.peak_mb > 120
