"""The verifier's table, round by round."""

from __future__ import annotations

from cfp_xl.verify.judging.dialogue import joined


def test_replies_and_numbers_stay_with_their_finding() -> None:
    first = {"code": "Q01", "place": "l. 3", "finding": "a", "fingerprint": "1"}
    second = {"code": "R03", "place": "l. 5", "finding": "b", "fingerprint": "2"}
    earlier = [
        {**first, "number": "1", "reason": "we added a range", "closed_by": "K"},
        {**second, "number": "2"},
        {"number": "7", "finding": "of my own"},
        {"finding": "another of my own"},
    ]
    third = {"code": "L02", "place": "l. 9", "finding": "c", "fingerprint": "3"}
    rows = joined([{**first, "place": "l. 4"}, third], earlier, "en")
    told = [(r["number"], r["finding"], r["state"], r.get("reason", "")) for r in rows]
    assert told == [
        ("1", "a", "", "we added a range"),
        ("2", "b", "gone", ""),
        ("7", "of my own", "added by hand", ""),
        ("8", "c", "new", ""),
        ("9", "another of my own", "added by hand", ""),
    ]
    assert rows[0]["place"] == "l. 4"
