"""The add-in's server: what it answers, whom it refuses, and that it goes on serving."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfp_xl.hosts.officejs import jobs
from cfp_xl.hosts.officejs.guard import MAX_BODY_BYTES, PUBLIC
from cfp_xl.hosts.officejs.wire import MAX_CALLS
from tests.hosts.conftest import ORIGIN, TOKEN, Client

LEFT_OUT = {"omitted": True}
NA, VALUE, NUM, REF = ({"error": code} for code in ("#N/A", "#VALUE!", "#NUM!", "#REF!"))

ACTIVITIES = [
    ["阶段", "过程", "状态", "数量", "单位", "因子编号"],
    ["生产", "组装", "数据", 10, "kWh", "CN-ELEC-CFP-2024"],
    ["生产", "焊接", "数据", 5, "kWh", "CN-ELEC-CFP-2024"],
    ["使用", "运行", None, None, "kWh", "CN-ELEC-CFP-2024"],
]


def results(client: Client, *calls: tuple[str, list[Any]], ranges: Any = ()) -> list[Any]:
    body = {"calls": [{"name": n, "args": a} for n, a in calls], "ranges": list(ranges)}
    answer = client.post("/functions", json=body)
    assert answer.status_code == 200, answer.text
    given: list[Any] = answer.json()["results"]
    return given


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        # 2024 announcement: 0.5777 kgCO2e/kWh
        ("CFP_FACTOR", ["CN-ELEC-CFP-2024"], 0.5777),
        ("CFP_FACTOR", ["CN-ELEC-CFP-2024", "MWh"], 577.7),
        ("CFP_FACTOR", ["CN-ELEC-CFP-2024", LEFT_OUT, LEFT_OUT], 0.5777),
        ("CFP_FACTOR", ["CN-ELEC-CFP-2024", None], 0.5777),
        ("CFP_FACTOR", ["no such factor"], NA),
        ("CFP_FACTOR", [None], VALUE),
        ("CFP_FACTOR", [], VALUE),
        ("CFP_FACTOR", ["a", "b", LEFT_OUT, "d"], VALUE),
        ("CFP_FACTOR", [REF], REF),
        ("CFP_CONVERT", [NUM, "kg", "t"], NUM),
        ("CFP_CONVERT", [1, "kg", {"error": "#DIV/0!"}], {"error": "#DIV/0!"}),
        ("CFP_CONVERT", [{"error": "#SPILL!"}, "kg", "t"], {"error": "#SPILL!"}),
        ("CFP_CONVERT", [True, "kg", "t"], VALUE),
        ("CFP_CONVERT", ["1", "kg", "t"], VALUE),
        ("CFP_CONVERT", [2500, "kg", "t"], 2.5),
        # a text that merely looks like an error's name is a text here
        ("CFP_FACTOR", ["#N/A"], NA),
        # a date is its serial: 45658 is 1 January 2025
        ("CFP_CONVERT", [45658, "kg", "kg"], 45658),
        ("CFP_AGREES", [25.72, "25.72"], True),
        ("CFP_NO_SUCH", [1], {"error": "#NAME?"}),
    ],
)
def test_a_call_gives_what_the_cell_would_show(
    client: Client, name: str, args: list[Any], expected: object
) -> None:
    given = results(client, (name, args))[0]
    assert given == expected
    assert type(given) is type(expected) or isinstance(given, float)


def test_calls_share_a_range_and_one_call_serves_a_column(client: Client) -> None:
    column = [[1000], [None], ["x"], [REF], [2]]
    stage, total, converted, use = results(
        client,
        ("CFP_STAGE", ["生产", {"range": 0}]),
        ("CFP_TOTAL", [{"range": 0}]),
        ("CFP_CONVERT", [{"range": 1}, "kg", "t"]),
        ("CFP_STAGE", ["使用", {"range": 0}]),
        ranges=[ACTIVITIES, column],
    )
    assert stage == pytest.approx(15 * 0.5777, rel=1e-15)
    assert total == NA, "a missing row fails the total"
    assert use == NA
    assert converted == [[1], [VALUE], [VALUE], [REF], [0.002]]


def test_five_thousand_calls_are_one_request(client: Client) -> None:
    given = results(client, *(("CFP_CONVERT", [n, "t", "kg"]) for n in range(1, 5001)))
    assert given == [n * 1000 for n in range(1, 5001)]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": ""}, 401, "token"),
        ({"Authorization": "Bearer wrong"}, 401, "token"),
        ({"Authorization": f"Basic {TOKEN}"}, 401, "token"),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401, "token"),
        ({"Authorization": "Bearer \xfc".encode("latin-1")}, 401, "token"),
        ({"Origin": "https://evil.example"}, 403, "foreign_origin"),
        ({"Origin": "null"}, 403, "foreign_origin"),
        ({"Origin": "http://localhost:8443"}, 403, "foreign_origin"),
        ({"Origin": "https://localhost:8444"}, 403, "foreign_origin"),
        ({"Host": "evil.example"}, 421, "foreign_host"),
        ({"Host": "localhost"}, 421, "foreign_host"),
        ({"Content-Length": str(MAX_BODY_BYTES + 1)}, 413, "too_large"),
        ({"Content-Length": "9" * 5000}, 413, "too_large"),
        ({"Content-Type": "text/plain"}, 415, "no_json"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "no_json"),
    ],
)
def test_who_may_not_ask_is_told_so(
    client: Client, headers: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post("/functions", content=b'{"calls":[]}', headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert_serves(client)


def call_of(arg: str) -> bytes:
    return b'{"calls":[{"name":"CFP_FACTOR","args":[' + arg.encode() + b"]}]}"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "shape"),
        (b"{", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (call_of("[" * 100_000 + "]" * 100_000), 400, "malformed"),
        (call_of("9" * 5000), 400, "malformed"),
        (call_of("9" * 400), 422, "shape"),
        (call_of("1e999"), 422, "shape"),
        (call_of("NaN"), 422, "shape"),
        (call_of("[[1]]"), 422, "shape"),
        (call_of('{"range":0}'), 422, "shape"),
        (call_of('{"range":-1}'), 422, "shape"),
        (call_of('{"error":"#MADE-UP!"}'), 422, "shape"),
        (call_of('{"omitted":false}'), 422, "shape"),
        (call_of(",".join("1" * 256)), 422, "shape"),
        (b"[]", 422, "shape"),
        (b'{"calls":3}', 422, "shape"),
        (b'{"calls":[{"name":1,"args":[]}]}', 422, "shape"),
        (b'{"calls":[],"ranges":[[[1,2],[3]]]}', 422, "shape"),
        (b'{"calls":[],"ranges":[[]]}', 422, "shape"),
        (b'{"calls":[],"ranges":[[[]]]}', 422, "shape"),
        (b'{"calls":[],"more":1}', 422, "shape"),
        (
            json.dumps({"calls": [{"name": "", "args": []}] * (MAX_CALLS + 1)}).encode(),
            422,
            "shape",
        ),
        (b" " * (MAX_BODY_BYTES + 1), 413, "too_large"),
    ],
    ids=lambda value: repr(value[:60]) if isinstance(value, bytes) else None,
)
def test_what_is_no_batch_is_refused_in_words(
    client: Client, body: bytes, status: int, code: str
) -> None:
    answer = client.post("/functions", content=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert_serves(client)


def test_the_result_of_one_call_is_bounded(client: Client) -> None:
    row, column = [[1.0] * 2000], [[1.0]] * 2000
    call = ("CFP_CO2E", [{"range": 0}, "kg", "CO2", {"range": 1}])
    assert results(client, call, ranges=[row, column]) == [NUM]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/functions", 405, "wrong_method"),
        ("PUT", "/functions", 405, "wrong_method"),
        ("POST", "/health", 405, "wrong_method"),
        ("GET", "/no-such-page", 404, "no_such_page"),
        ("GET", "/pane/no-such-file", 404, "no_such_page"),
        ("GET", "/pane/..%2f..%2fapp.py", 404, "no_such_page"),
        ("GET", "/icons/17.png", 404, "no_such_page"),
        ("GET", "/icons/x.png", 422, "shape"),
    ],
)
def test_other_addresses_and_methods(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("headers", "query", "message"),
    [
        ({}, "", "The request is not valid JSON"),
        ({"Accept-Language": "zh-CN,zh;q=0.9"}, "", "请求不是有效的 JSON"),
        ({"Accept-Language": "zh-CN"}, "?lang=en", "The request is not valid JSON"),
        ({}, "?lang=zh", "请求不是有效的 JSON"),
    ],
)
def test_errors_are_in_the_users_language(
    client: Client, headers: dict[str, str], query: str, message: str
) -> None:
    answer = client.post(f"/functions{query}", content=b"{", headers=headers)
    assert answer.json()["error"]["message"] == message


def test_a_bug_of_ours_shows_no_traceback(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> list[Any]:
        raise ZeroDivisionError("secret detail")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "answered", broken)
        answer = client.post("/functions", json={"calls": []})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "bug"
    assert "secret" not in answer.text
    assert_serves(client)


def test_every_address_that_is_not_public_asks_for_the_token(client: Client) -> None:
    paths = {
        (method, path.replace("{id}", "x"))
        for path, operations in client.app.openapi()["paths"].items()
        for method in operations
    }
    closed = {(m, p) for m, p in paths if not p.startswith(PUBLIC)}
    assert ("post", "/functions") in closed
    for method, path in closed:
        answer = client.request(method, path, headers={"Authorization": ""})
        assert answer.status_code == 401, path


def test_what_is_public_needs_no_token_and_holds_none(client: Client) -> None:
    for path in (
        "/health",
        "/functions.json",
        "/functions.js",
        "/pane/index.html",
        "/icons/32.png",
    ):
        answer = client.get(path, headers={"Authorization": ""})
        assert answer.status_code == 200, path
        assert TOKEN.encode() not in answer.content


def test_only_the_functions_list_is_read_from_elsewhere(client: Client) -> None:
    excel_on_the_web = {"Origin": "https://excel.officeapps.live.com"}
    answer = client.get("/functions.json", headers=excel_on_the_web)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    for path in ("/functions.js", "/health", "/pane/index.html", "/api/factors"):
        assert client.get(path, headers=excel_on_the_web).status_code == 403
    preflight = client.request("OPTIONS", "/functions", headers=excel_on_the_web)
    assert preflight.status_code == 403
    assert "access-control-allow-origin" not in preflight.headers


def test_the_pane_loads_nothing_but_ours_and_offices_own_script(client: Client) -> None:
    policy = dict(
        part.split(" ", 1)
        for part in client.get("/pane/index.html").headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' https://appsforoffice.microsoft.com"
    assert "'unsafe-inline'" not in " ".join(policy.values())


def test_no_answer_is_kept_or_guessed_at(client: Client) -> None:
    refused = client.get("/functions.js", headers={"Origin": "https://evil.example"})
    for answer in (client.get("/pane/index.html"), client.get("/nothing"), refused):
        assert answer.headers.get_list("cache-control") == ["no-store"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_own_pages_may_ask(client: Client) -> None:
    for origin in (ORIGIN, "https://127.0.0.1:8443"):
        answer = client.post("/functions", json={"calls": []}, headers={"Origin": origin})
        assert answer.json() == {"results": []}


def assert_serves(client: Client) -> None:
    assert results(client, ("CFP_FACTOR", ["CN-ELEC-CFP-2024"])) == [0.5777]
