"""The add-in's component inside LibreOffice: one method for each function of the registry.

LibreOffice loads this file by itself and finds what it imports in `pythonpath`, beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036 (said when the extension is installed)
    raise RuntimeError("cfp_xl needs a LibreOffice with Python 3.11 or newer")

import unohelper
from org.cfpxl import XFunctions

from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.spec import FunctionSpec
from cfp_xl.hosts.libreoffice.edge import called_from_calc
from cfp_xl.hosts.libreoffice.names import SERVICE, method_name


class Functions(unohelper.Base, XFunctions):  # type: ignore[misc]
    """The functions, as methods that Calc calls by name."""

    def __init__(self, context: Any) -> None:
        self.context = context


def _method(spec: FunctionSpec) -> Callable[..., Any]:
    def method(_: Functions, *args: Any) -> Any:
        return called_from_calc(spec, args)

    return method


for _spec in all_functions().values():
    setattr(Functions, method_name(_spec.name), _method(_spec))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 (LibreOffice's name)
g_ImplementationHelper.addImplementation(Functions, SERVICE, (SERVICE,))
