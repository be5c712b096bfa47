"""The policy file: what it may say, what it may not, and where it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.findings import Severity
from cfp_xl.messages import LANGS
from cfp_xl.verify.judging.policy import NO_POLICY, PolicyMistake, policies_for, read_policy
from cfp_xl.verify.result import FailOn

SHA = "0123456789abcdef" * 4
WHOLE = f"""
fail_on = "warning"
tolerance = 1e-6
require_schema = "product"
baseline = "known.json"

[severity]
N05 = "error"
U02 = "warning"
V03 = "error"

[[waiver]]
code = "n05"
file = "{SHA.upper()}"
cell = "结果!C9"
reason = "rounded"
expires = 2027-03-31
"""


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    return tmp_path / "cfp-xl.toml"


def test_a_whole_policy(policy_file: Path) -> None:
    policy_file.write_text("\ufeff" + WHOLE, "utf-8")  # as Windows editors save it
    policy = read_policy(policy_file)
    assert (policy.fail_on, policy.tolerance) == (FailOn.WARNING, 1e-6)
    assert policy.require_schema == "product"
    assert policy.baseline == policy_file.parent / "known.json"
    assert policy.severities == {
        "N05": Severity.ERROR,
        "U02": Severity.WARNING,
        "V03": Severity.ERROR,
    }
    (waiver,) = policy.waivers
    assert (waiver.code, waiver.file_sha256, waiver.expires) == ("N05", SHA, "2027-03-31")


def waiver(**changed: str | None) -> str:
    entries: dict[str, str | None] = {
        "code": '"N05"',
        "file": f'"{SHA}"',
        "cell": '"结果!C9"',
        "reason": '"rounded"',
        "expires": "2027-03-31",
        **changed,
    }
    return "[[waiver]]\n" + "\n".join(f"{k} = {v}" for k, v in entries.items() if v is not None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("fail_at = 1", "fail_at; did you mean: fail_on"),
        ("severties = {}", "severties"),
        ('[severity]\nN5 = "error"', "severity.N5; did you mean: N05"),
        ('[severity]\nN05 = "fatal"', "error, warning or info"),
        ('[severity]\nV01 = "warning"', "V01 can't be lowered"),
        ('[severity]\nE02 = "info"', "E02 can't be lowered"),
        ('[severity]\nN01 = "warning"', "N01 can't be lowered"),
        ('[severity]\nW22 = "info"', "W22 can't be lowered"),
        ("severity = 3", "a table"),
        ('fail_on = "sometimes"', "error, warning or never"),
        ("tolerance = 1", "from 0 to 1e-6"),
        ("tolerance = true", "from 0 to 1e-6"),
        ("tolerance = nan", "from 0 to 1e-6"),
        ('require_schema = "none"', "supplier or product"),
        ("require_schema = []", "supplier or product"),
        ("baseline = 1", "not empty"),
        ("waiver = {}", "[[waiver]]"),
        ("waiver = [1]", "waiver[1] is “1”; it should be a table"),
        (waiver(expires=None), "waiver[1].expires is missing"),
        (waiver(until="1"), "waiver[1].until"),
        (waiver(expires="2027"), "a day such as"),
        (waiver(expires='"31.3.2027"'), "a day such as"),
        (waiver(expires="2027-03-31T10:00:00"), "a day such as"),
        (waiver(reason='" "'), "not empty"),
        (waiver(cell='"C9"'), "with its sheet"),
        (waiver(file='"a.xlsx"'), "SHA-256"),
        (waiver(code='"Q99"'), "Q99; did you mean"),
        ("not toml", "not valid TOML"),
    ],
)
def test_mistakes_name_the_key_and_what_it_should_hold(
    policy_file: Path, content: str, said: str
) -> None:
    policy_file.write_text(content, "utf-8")
    with pytest.raises(PolicyMistake) as caught:
        read_policy(policy_file)
    assert str(policy_file) in str(caught.value)
    assert said in str(caught.value)
    assert all(caught.value.say(lang) for lang in LANGS)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_is_no_text_or_not_there(policy_file: Path, content: bytes | None) -> None:
    if content is not None:
        policy_file.write_bytes(content)
    with pytest.raises(PolicyMistake):
        read_policy(policy_file)


def test_the_nearest_policy_above_a_file_counts(tmp_path: Path) -> None:
    for folder, fail_on in ((".", "warning"), ("suppliers", "never")):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "cfp-xl.toml").write_text(f'fail_on = "{fail_on}"')
    files = [tmp_path / name for name in ("a.xlsx", "deep/a.xlsx", "suppliers/deep/a.xlsx")]
    chosen = [policy.fail_on for policy in policies_for(files).values()]
    assert chosen == [FailOn.WARNING, FailOn.WARNING, FailOn.NEVER]


def test_without_a_policy_nothing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    assert policies_for([file]) == {file: NO_POLICY}
