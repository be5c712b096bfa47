"""What the functions are called inside LibreOffice: its API allows no `_` in a name."""

from __future__ import annotations

from cfp_xl.functions.registry import Parameter

MODULE = "org.cfpxl"
INTERFACE = "XFunctions"
SERVICE = f"{MODULE}.Functions"
"""The add-in's service; files saved by LibreOffice 7.4 spell `ORG.CFPXL.FUNCTIONS.CFPFACTOR`."""

JOB = f"{MODULE}.Rebind"
"""The job that runs when a document has been loaded."""


def method_name(function: str) -> str:
    """`CFP_FUEL_FACTOR` as a method: `cfpFuelFactor`."""
    first, *rest = function.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def argument_name(parameter: Parameter) -> str:
    """A parameter's name that is no word of the interface language: `set` is `aSet`."""
    return "a" + "".join(word.capitalize() for word in parameter.name.split("_"))


def programmatic_name(function: str) -> str:
    """The name a formula has in LibreOffice's API, whatever the language of its interface."""
    return f"{SERVICE}.{method_name(function)}".upper()
