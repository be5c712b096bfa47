"""Rewrites `survivors.toml`: `python -m tests.mutants.update_survivors [PROCESSES]`.

What is caught leaves the list; what survives anew is listed under "not assigned", to be looked at
by a person before it is committed.
"""

from __future__ import annotations

import json
import sys
from multiprocessing import get_context
from pathlib import Path

from tests.mutants.campaign import known_survivors, mutants, survivors

LIST = Path(__file__).parent / "survivors.toml"
HEAD = "# Mutants that nothing names, by the reason why. One that is caught leaves the list."
CHUNKS = 64


def names_of(chunk: int) -> list[str]:
    return [outcome.name for outcome in survivors(mutants()[chunk::CHUNKS])]


def main() -> None:
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    with get_context("spawn").Pool(processes) as pool:
        found = sorted(
            name for names in pool.imap_unordered(names_of, range(CHUNKS)) for name in names
        )
    known = known_survivors()
    headings = [*dict.fromkeys(known.values()), "not assigned"]
    text = [HEAD]
    for heading in headings:
        names = [name for name in found if known.get(name, "not assigned") == heading]
        if names:
            lines = [f"  {json.dumps(name, ensure_ascii=False)}," for name in names]
            text += ["", f"[{json.dumps(heading, ensure_ascii=False)}]", "mutants = [", *lines, "]"]
    LIST.write_text("\n".join(text) + "\n", "utf-8")
    print(f"{len(found)} survive, {len(set(known) - set(found))} are caught now")


if __name__ == "__main__":
    main()
