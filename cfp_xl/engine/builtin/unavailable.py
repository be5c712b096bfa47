"""Functions of Excel that cannot be computed here, each with why."""

from __future__ import annotations

from cfp_xl.engine.builtin.define import Nodes, lazy
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.problems import Uncomputable

UNAVAILABLE = {
    "online": (
        "COPILOT", "CUBEKPIMEMBER", "CUBEMEMBER", "CUBEMEMBERPROPERTY", "CUBERANKEDMEMBER",
        "CUBESET", "CUBESETCOUNT", "CUBEVALUE", "DETECTLANGUAGE", "IMAGE", "IMPORTCSV",
        "IMPORTTEXT", "PY", "RTD", "STOCKHISTORY", "TRANSLATE", "WEBSERVICE",
    ),
    "unpublished": (
        "FORECAST.ETS", "FORECAST.ETS.CONFINT", "FORECAST.ETS.SEASONALITY", "FORECAST.ETS.STAT",
    ),
}  # fmt: skip
"""By the case of the finding. How Excel chooses the smoothing parameters and the season of
FORECAST.ETS is not published: another choice is another forecast."""


def _unavailable(name: str, case: str) -> None:
    @lazy(name)
    def refuse(evaluator: Evaluator, nodes: Nodes) -> Result:  # noqa: ARG001
        raise Uncomputable("E02", name, case=case, name=name)


for _case, _names in UNAVAILABLE.items():
    for _name in _names:
        _unavailable(_name, _case)
