"""The spellings a function's name has in files, and the plain one: `CFP_NAME`.

Each program writes a user's function its own way into `<f>`: an add-in's path before it
(`'C:\\…\\cfp.xlam'!CFP_FACTOR`, `[1]!CFP_FACTOR`), a prefix (`_xll.`, `_xldudf_`, `_xludf.`), a
service name (LibreOffice 7.4: `ORG.CFPXL.….CFPFACTOR`), another case, or wrapped in a stand-in
(Google Sheets). Excel also prefixes its own newer functions (`_xlfn.XLOOKUP`). All of it is
spelling and none of it meaning, so formulas are read in the plain one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from cfp_xl.data_files import read_toml

SPELLINGS: Mapping[str, str] = {
    "excel": "{}",
    "xlam": "[{index}]!{}",
    "officejs": "_xldudf_{}",
    "libreoffice": "{}",
}
"""How each host writes a function's plain name; LibreOffice 7.4's add-in binds the plain one."""

LONGEST_FORMULA = 32_768
"""Excel allows 8,192 characters as typed; expanded names in files may exceed it a little."""
LONGEST_KEPT = 1024
"""A longer formula is read anew each time, so that those that are kept need little memory."""

_PREFIX = re.compile(
    r"""
    (?: @ )?
    (?: '(?:[^']|'')*' ! | [^\s'"!()+*/^&=<>,;{}-]+ ! )?   # '…\cfp.xlam'!  [1]!  cfp.xlam!
    (?: _+xl(?:l|udf|fn|ws) \. )*                          # _xll.  _xludf.  __xludf.  _xlfn._xlws.
    (?: _xldudf_ )?                                        # Office.js
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SERVICE = re.compile(r"ORG\.CFPXL\.(?:\w+\.)*", re.IGNORECASE)
_CALL = re.compile(_PREFIX.pattern + r"(?P<name>[A-Za-z_][\w.]*) (?=\s*\()", re.VERBOSE | re.I)
_QUALIFIED = re.compile(r"'(?:[^']|'')*'!?")
_STRING = re.compile(r'"(?:[^"]|"")*"')
_EXCELS_OWN = re.compile(r"(?:_xl(?:fn|ws|pm|udf)\.)+", re.IGNORECASE)
_WORD = re.compile(r"[\w.\\?]+")
_SINGLE = re.compile(r"(?:_xlfn\.)?SINGLE\s*\(", re.IGNORECASE)
_STAND_IN = re.compile(r"IFERROR\s*\(\s*_+xludf\.DUMMYFUNCTION\s*\(\s*", re.IGNORECASE)
_BACKSLASHED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*\)')
_DOUBLED = re.compile(r'"((?:[^"]|"")*)"\s*\)')


@cache
def _plain_by_folded() -> dict[str, str]:
    """Known names by their letters alone: `CFPFACTOR` is `CFP_FACTOR` in LibreOffice 7.4."""
    return {_folded(name): name for name in read_toml("functions.toml") if name != "category"}


def _folded(name: str) -> str:
    return re.sub(r"[._]", "", name).upper()


def plain_function_name(text: str) -> str | None:
    """The registry's name for a function as a file spells it; None where it is none of ours.

    >>> plain_function_name("_xldudf_CFP_FACTOR")
    'CFP_FACTOR'
    """
    name = text.strip()
    prefix = _PREFIX.match(name)
    name = name[prefix.end() :] if prefix else name
    name = _SERVICE.sub("", name, count=1)
    if (plain := _plain_by_folded().get(_folded(name))) is not None:
        return plain
    return _in_a_namespace(name) if "_xldudf_" in text.lower() else None


def _in_a_namespace(name: str) -> str | None:
    """`CONTOSO_CFP_FACTOR`: Office.js writes the dot behind a namespace as `_`."""
    upper = name.upper()
    at = upper.rfind("CFP_")
    return _plain_by_folded().get(_folded(upper[at:])) if at > 0 else None


def plain_formula(formula: str) -> str:
    """`formula` with every function in its plain spelling; texts in it are never touched.

    A leading `=` is kept. `@` and `SINGLE(…)` around one of our functions go: they only say
    that one value is wanted. Google's stand-in gives way to the formula it stands in for, so
    that the value it carries along cannot pass for a result. Beyond LONGEST_FORMULA a text is no
    formula and stays as it is.
    """
    if len(formula) > LONGEST_FORMULA:
        return formula
    return (_plain if len(formula) <= LONGEST_KEPT else _plain.__wrapped__)(formula)


@lru_cache(maxsize=4096)
def _plain(formula: str) -> str:
    """Kept: what checks a formula reads it again, and copies of a template say the same."""
    if formula.startswith("="):
        return "=" + _Scan(formula[1:]).result()
    return _Scan(formula).result()


def respelled_formula(formula: str, spell: Callable[[str], str]) -> str:
    """`formula` with our functions, however spelled, as `spell` spells their plain names.

    All else stays letter for letter, Excel's own prefixes too: this is for writing to files.

    >>> respelled_formula("_xlfn.XLOOKUP(cfp_gwp(A1),B:B,C:C)", "_xldudf_{}".format)
    '_xlfn.XLOOKUP(_xldudf_CFP_GWP(A1),B:B,C:C)'
    """
    # Every spelling of ours holds these letters; most formulas don't.
    return _Respelling(formula, spell).result() if "CFP" in formula.upper() else formula


class _Scan:
    """One pass over a formula, copying what is not a function's name."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.at = 0
        self.out: list[str] = []

    def result(self) -> str:
        while self.at < len(self.formula):
            self._step()
        return "".join(self.out)

    def _step(self) -> None:
        char = self.formula[self.at]
        if char == '"':
            self._copy(_STRING)
        elif self._follows_a_word():
            self._copy(_WORD)
        elif self._stand_in() or self._single() or self._call():
            return
        elif char == "'":
            self._copy(_QUALIFIED)
        elif char == "[":
            self._brackets()
        elif match := _EXCELS_OWN.match(self.formula, self.at):
            self._excels_prefix(match)
        else:
            self._copy(_WORD)

    def _excels_prefix(self, match: re.Match[str]) -> None:
        self.at = match.end()

    def _spelled(self, plain: str) -> str:
        return plain

    def _inside(self, formula: str) -> str:
        return _Scan(formula).result()

    def _follows_a_word(self) -> bool:
        before = self.formula[self.at - 1] if self.at else " "
        return (before.isalnum() or before in "_.\\]") and bool(_WORD.match(self.formula, self.at))

    def _copy(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.formula, self.at)
        end = match.end() if match else self.at + 1
        self.out.append(self.formula[self.at : end])
        self.at = end

    def _call(self) -> bool:
        """A function's name with all that stands before it, where it is one of ours or Excel's."""
        match = _CALL.match(self.formula, self.at)
        if match is None:
            return False
        spelled = match.group()
        plain = plain_function_name(spelled)
        if plain is None and _is_named_like_ours(match["name"]):
            plain = _SERVICE.sub("", match["name"], count=1).upper()
        if plain is None:
            return False
        self.out.append(self._spelled(plain))
        self.at = match.end()
        return True

    def _single(self) -> bool:
        match = _SINGLE.match(self.formula, self.at)
        if match is None:
            return False
        call = _CALL.match(self.formula, match.end())
        if call is None or plain_function_name(call.group()) is None:
            return False
        close = _closing(self.formula, match.end() - 1)
        inner_close = _closing(self.formula, self.formula.index("(", call.end()))
        if close is None or inner_close is None or self.formula[inner_close + 1 : close].strip():
            return False
        self.out.append(self._inside(self.formula[match.end() : close]))
        self.at = close + 1
        return True

    def _stand_in(self) -> bool:
        """Google: `IFERROR(__xludf.DUMMYFUNCTION("the formula"),the value it had)`."""
        wrapper = _STAND_IN.match(self.formula, self.at)
        if wrapper is None:
            return False
        for pattern, undo in ((_DOUBLED, ('""', '"')), (_BACKSLASHED, ('\\"', '"'))):
            text = pattern.match(self.formula, wrapper.end())
            close = _closing(self.formula, self.formula.index("(", self.at))
            if text is None or close is None:
                continue
            inner = self._inside(text[1].replace(*undo).removeprefix("="))
            is_whole = self.at == 0 and close + 1 == len(self.formula)
            self.out.append(inner if is_whole else f"({inner})")
            self.at = close + 1
            return True
        return False

    def _brackets(self) -> None:
        """A table reference or an external link's index; `'` escapes inside of it."""
        depth, at = 0, self.at
        while at < len(self.formula):
            char = self.formula[at]
            if char == "'":
                at += 1
            depth += (char == "[") - (char == "]")
            at += 1
            if depth == 0:
                break
        self.out.append(self.formula[self.at : at])
        self.at = at


class _Respelling(_Scan):
    """One pass that changes our functions' names and nothing else."""

    def __init__(self, formula: str, spell: Callable[[str], str]) -> None:
        super().__init__(formula)
        self.spell = spell

    def _excels_prefix(self, match: re.Match[str]) -> None:
        self.out.append(match.group())
        self.at = match.end()

    def _spelled(self, plain: str) -> str:
        return self.spell(plain)

    def _inside(self, formula: str) -> str:
        return _Respelling(formula, self.spell).result()

    def _stand_in(self) -> bool:
        """Only one that hides a function of ours gives way to it."""
        at, length = self.at, len(self.out)
        if not super()._stand_in():
            return False
        if holds_ours(self.out[-1]):
            return True
        self.at = at
        del self.out[length:]
        return False

    def _single(self) -> bool:
        return False


def holds_ours(formula: str) -> bool:
    """Whether a formula calls a CFP_* function, in whatever spelling."""
    called: list[str] = []

    def noted(plain: str) -> str:
        called.append(plain)
        return plain

    respelled_formula(formula, noted)
    return bool(called)


def _is_named_like_ours(name: str) -> bool:
    """A function of ours that this version does not know stays unknown, but loses its prefix."""
    return re.fullmatch(r"(?:ORG\.CFPXL\.\S+|CFP_[A-Z0-9_]+)", name, re.IGNORECASE) is not None


def _closing(formula: str, opening: int) -> int | None:
    """Where the parenthesis at `opening` closes, texts skipped."""
    depth, at = 0, opening
    while at < len(formula):
        if formula[at] == '"' and (text := _STRING.match(formula, at)):
            at = text.end()
            continue
        if formula[at] == "'" and (quoted := _QUALIFIED.match(formula, at)):
            at = quoted.end()
            continue
        depth += (formula[at] == "(") - (formula[at] == ")")
        if depth == 0:
            return at
        at += 1
    return None
