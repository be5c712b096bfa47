"""What the server of processes has done before the tests' processes are forked from it.

Each would else import the rules, read the catalogues and parse the same formulas for itself; a
process that has verified another workbook before is what the product has too. Commands that tests
start as programs of their own still begin with nothing.
"""

from __future__ import annotations

from pathlib import Path

from cfp_xl.audit.reading import bounded as _  # noqa: F401
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options

verify_file(Path(__file__).parents[1] / "workbooks" / "bxd2.xlsx", Options())
