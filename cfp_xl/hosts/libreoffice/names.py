"""What the functions are called inside LibreOffice: its API allows no `_` in a name."""

from __future__ import annotations

from string import ascii_lowercase

from cfp_xl.functions.spec import FunctionSpec

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


def argument_names(spec: FunctionSpec) -> list[str]:
    """The arguments' names, no words of the interface language: `aGas`, `bSet`.

    LibreOffice finds an argument's words by this name, and sorts by it: hence the letters.
    """
    return [
        letter + "".join(word.capitalize() for word in parameter.name.split("_"))
        for letter, parameter in zip(ascii_lowercase, spec.parameters, strict=False)
    ]


def programmatic_name(function: str) -> str:
    """The name a formula has in LibreOffice's API, whatever the language of its interface."""
    return f"{SERVICE}.{method_name(function)}".upper()
