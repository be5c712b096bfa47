"""How texts for users are written, as docs/architecture.md says under “Words for users”."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from cfp_xl.findings import kinds
from cfp_xl.messages import Text, catalogue

IN_WORKBOOKS = ("templates", "supplier_template", "supplier_product", "travel")
"""What built workbooks, supplier sheets and frozen copies hold: a changed word is a new version."""
FRAGMENTS = re.compile(
    r"^\w+\.(option|error|label|title|column|heading|status|severity|count|why|expected)\b|\.short$"
)
"""Keys of texts that stand behind or above something else."""

STOPS = (".", "。")
TO_COPY = re.compile(r"([}`'\"”]|(cfp-xl|pip install|apt-get|https?:)[^`。\u3400-\u9fff]*)$")
"""A text that ends in something to copy or fill in takes no full stop behind it."""
SEVERAL = re.compile(r"[^\s.]\. [A-Z]|[。！？](?=.)")

RIDDLES = re.compile(
    r"\b(mend(s|ed)?|of ours|there is nothing to|stands?|told)\b"
    r"|\b(?<!there )(is|are) no (?!longer|more|less|other)\w+",
    re.IGNORECASE,
)
NOT_CHINESE = re.compile(r"收入|发表|看不懂")


def sentences() -> Iterator[tuple[str, Text]]:
    for code, kind in kinds().items():
        yield f"{code}.rule", kind.rule
        yield from ((f"{code}.hint.{case}", text) for case, text in kind.hints.items())


def fragments() -> Iterator[tuple[str, Text]]:
    for code, kind in kinds().items():
        yield f"{code}.title", kind.title
        yield from ((f"{code}.message.{case}", text) for case, text in kind.messages.items())


def texts() -> Iterator[tuple[str, Text]]:
    """All texts for users but those of workbooks."""
    yield from sentences()
    yield from fragments()
    for key, text in catalogue().items():
        if key.partition(".")[0] not in IN_WORKBOOKS:
            yield key, text


def ends(text: str) -> bool:
    return text.rstrip().endswith(STOPS)


def test_a_findings_rule_and_hint_are_sentences() -> None:
    wrong = [
        f"{key} ({lang}): {text}"
        for key, both in sentences()
        for lang, text in (("zh", both.zh), ("en", both.en))
        if not ends(text) and not TO_COPY.search(text)
    ]
    assert wrong == []


def test_a_findings_message_is_a_fragment() -> None:
    """It follows a code and a cell: no full stop, and no capital but of a name."""
    wrong = [
        f"{key}: {text}"
        for key, both in fragments()
        for text in (both.zh, both.en)
        if ends(text) or SEVERAL.search(text)
    ]
    capital = re.compile(r"(?!Excel|LibreOffice)[A-Z][a-z]+\b")
    wrong += [
        f"{key}: {both.en}"
        for key, both in fragments()
        if ".message" in key and capital.match(both.en)
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_labels_and_errors_are_fragments_and_several_sentences_end(lang: str) -> None:
    wrong = []
    for key, both in catalogue().items():
        text = both.zh if lang == "zh" else both.en
        if key.partition(".")[0] in IN_WORKBOOKS or key.endswith((".help", ".examples")):
            continue
        if FRAGMENTS.search(key) and ends(text) and not SEVERAL.search(text):
            wrong.append(f"{key}: {text}")
        last = text.splitlines()[-1] if text else ""
        if (
            SEVERAL.search(text)
            and not text.endswith((*STOPS, *"?？!！:："))
            and not TO_COPY.search(last)
        ):
            wrong.append(f"{key}: {text}")
    assert wrong == []


def test_both_languages_end_alike() -> None:
    wrong = [
        f"{key}: {both.zh} | {both.en}"
        for key, both in texts()
        if ends(both.zh) != ends(both.en)
        and not (TO_COPY.search(both.zh) or TO_COPY.search(both.en))
        and both.zh.strip()
    ]
    assert wrong == []


def test_words_are_plain() -> None:
    wrong = [
        f"{key}: {found[0]}: {text}"
        for key, both in texts()
        for pattern, text in ((RIDDLES, both.en), (NOT_CHINESE, both.zh))
        if (found := pattern.search(text))
    ]
    assert wrong == []


def test_quotation_marks_are_printers() -> None:
    wrong = [
        f"{k}: {t}"
        for k, both in texts()
        for t in (both.zh, both.en)
        if re.search(r"(?<!')\"\{", t)
    ]
    assert [one for one in wrong if not one.startswith("officejs.serve.trust")] == []
