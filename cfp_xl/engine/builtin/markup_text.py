"""FILTERXML: parts of an XML text by XPath."""

from __future__ import annotations

import numpy as np
from lxml import etree

from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.convert import number_in_text, text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError, Scalar

MOST_SEARCHES = 2
"""A path that searches the whole text within each of its nodes could take for ever."""


@lazy("FILTERXML", least=2, most=2)
def _filterxml(evaluator: Evaluator, nodes: Nodes) -> Result:
    """The texts of the nodes found, numbers as numbers, below each other."""
    markup, path = text(one(evaluator, nodes, 0)), text(one(evaluator, nodes, 1))
    if isinstance(markup, ExcelError):
        return markup
    if isinstance(path, ExcelError):
        return path
    if "<!DOCTYPE" in markup:
        return ExcelError.VALUE
    if path.count("//") + path.count("::") > MOST_SEARCHES:
        raise Uncomputable("E04", "FILTERXML", case="too_large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        found = etree.fromstring(markup.encode("utf-8", "replace"), parser).xpath(path)
    except (etree.XMLSyntaxError, etree.XPathError):
        return ExcelError.VALUE
    if not isinstance(found, list):
        return _value(str(found)) if isinstance(found, str) else float(found)
    if not found:
        return ExcelError.VALUE
    made = np.empty((len(found), 1), object)
    for at, node in enumerate(found):
        shown = str(node) if isinstance(node, str) else "".join(node.itertext())
        made[at, 0] = _value(shown)
    return made[0, 0] if made.size == 1 else made


def _value(shown: str) -> Scalar:
    found = number_in_text(shown)
    return shown if isinstance(found, ExcelError) else found
