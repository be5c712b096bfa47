"""An action done in a bounded process: whatever happens, an outcome comes back."""

from __future__ import annotations

import os
import traceback
from tempfile import gettempdir

from cfp_xl.desk.actions import ACTIONS
from cfp_xl.desk.task import DeskOutcome, DeskWork, in_both
from cfp_xl.messages import Explained, text


def performed(work: DeskWork) -> bytes:
    """The outcome as JSON. A user's mistake is refused in words; a traceback goes to the window of
    the server."""
    os.chdir(work.inputs)
    try:
        return ACTIONS[work.action].do(work).to_json()
    except MemoryError:
        raise
    except Explained as mistake:
        return DeskOutcome("refused", (in_both(mistake),)).to_json()
    except Exception:
        traceback.print_exc()
        return DeskOutcome("bug", (text("desk.said.bug"),)).to_json()
    finally:
        os.chdir(gettempdir())  # the folder may be removed before the next job comes


def _prepare() -> None:
    """Imports and reads what most actions need, so that the processes forked here have it."""
    from cfp_xl.desk import intake
    from cfp_xl.findings import kinds
    from cfp_xl.footprint.factors import library
    from cfp_xl.report.reference.all_rules import all_rules
    from cfp_xl.report.verification import findings_xlsx, json_report
    from cfp_xl.verify import pipeline
    from cfp_xl.why import explain

    del intake, findings_xlsx, json_report, pipeline, explain
    kinds()
    library()
    all_rules()


_prepare()
