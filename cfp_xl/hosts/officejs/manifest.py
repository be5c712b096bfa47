"""manifest.xml: what Excel reads to add the functions and the pane's button.

The functions run in the pane's page (a shared runtime), whose address carries the token. There is
no namespace, so that they are typed as in every other program: `CFP_FACTOR`.
"""

from __future__ import annotations

from importlib.resources import files
from xml.sax.saxutils import quoteattr

from cfp_xl import __version__
from cfp_xl.messages import say

ADDRESS = "https://localhost:8443"
"""Where the server is, unless told otherwise."""
NO_TOKEN = "TOKEN"
"""What stands for the token in the manifest that is shown in `udfs/`."""
MANIFEST = "manifest.xml"
TEXTS = ("name", "description", "group", "button", "tooltip")


def render_manifest(address: str = ADDRESS, token: str = NO_TOKEN) -> str:
    """The manifest for a server at `address` that asks for `token`."""
    template = files("cfp_xl").joinpath("hosts", "officejs", "parts", MANIFEST).read_text("utf-8")
    values = {"version": _version(), "pane": quoteattr(f"{address}/pane/index.html?token={token}")}
    for size in (16, 32, 64, 80):
        values[f"icon{size}"] = quoteattr(f"{address}/icons/{size}.png")
    values["script"] = quoteattr(f"{address}/functions.js")
    for lang in ("zh", "en"):
        values[f"metadata_{lang}"] = quoteattr(f"{address}/functions.json?lang={lang}")
        for key in TEXTS:
            values[f"{key}_{lang}"] = quoteattr(say(f"officejs.manifest.{key}", lang))
    return template.format(**values)


def _version() -> str:
    """Four numbers, as Office wants them."""
    numbers = [part for part in __version__.split(".") if part.isdigit()]
    return ".".join([*numbers, "0", "0", "0", "0"][:4])
