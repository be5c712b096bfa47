"""What is done with a file in tests of workers: real work, or what a bad file may cause."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from cfp_xl.verify.many import workers
from cfp_xl.verify.result import FileResult, Options


def as_named(file: Path, options: Options) -> FileResult:
    """Does what the file's name says, and verifies all others."""
    match file.stem:
        case "hangs":
            time.sleep(600)
        case "dies":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "dies-once" if not file.with_suffix(".died").exists():
            file.with_suffix(".died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case "eats-memory":
            bytearray(64 * 1024**3)
        case "bug":
            return workers.internal_error(file, "ZeroDivisionError: in our code")
        case "prints":
            print("a library talks")
        case "slow":
            time.sleep(0.5)
    return workers.verify(file, options)
