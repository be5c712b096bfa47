"""Makes `cfp_xl/data/factors/moenv.csv` of the open data CFP_P_02 as published.

    python -m cfp_xl.footprint.compile_moenv CFP_P_02.csv

The publisher's names are in traditional characters; OpenCC (of the extra `test`) and `terms.toml`
in `data/moenv/` make simplified ones of them, `names.csv` gives English ones. The published name
stays in `name_hant`.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
TARGET = DATA / "factors" / "moenv.csv"
FIELDS = (
    "id",
    "name_zh",
    "name_en",
    "name_hant",
    "category",
    "value",
    "unit",
    "per_unit",
    "region",
    "year",
    "source",
    "table",
    "confidence",
    "boundary",
)
PUBLISHERS = {  # and the set's source in its .toml
    "環境部": "moenv",
    "環境部氣候變遷署": "cca",
    "環境部回收基管會": "recycling-fund",
    "經濟部工業局": "ida",
    "經濟部工業局「103年製造業產品碳足跡輔導與推廣計畫」": "ida-2014",
    "經濟部標準檢驗局": "bsmi",
    "交通部運輸研究所": "iot",
    "行政院農業委員會林務局": "forestry",
    "內政部營建署": "construction",
}
LONGEST = 44
"""Characters of a name in an id."""
_YEAR = re.compile(r"[，,]?\s*(\()?((?:19|20)\d\d)(?(1)\)|(?=\)))")
_KINDS = (  # the first that is found in the simplified name
    ("recycled material", r"^再生料|^再生|再生料\)|再生塑料"),
    ("fuel upstream", r"未燃烧"),
    ("fuel use", r"固定源使用|移动源使用|煤油使用|燃料油使用"),
    ("electricity", r"^电力间接|^电力碳足迹|发电$"),
    ("passenger transport", r"客车|摩托车"),
    ("freight", r"货车|货物运输服务|垃圾车清除运输"),
    ("waste treatment", r"处理服务"),
    ("water", r"自来水"),
)


def simplified(name_hant: str) -> str:
    """A published name in simplified characters and the mainland's terms."""
    found = _converter().convert(name_hant)
    for word, term in _terms().items():
        found = found.replace(word, term)
    return str(found).replace("（", "(").replace("）", ")")


def english(name_zh: str) -> str:
    """Its English name; the year that the name bears is kept."""
    year = year_named(name_zh)
    name = _english_of(_YEAR.sub("", name_zh).replace("()", "").strip())
    return f"{name}, {year}" if name and year else name


def year_named(name_zh: str) -> str:
    """The year of the data, where the name says it."""
    found = _YEAR.search(name_zh)
    return found[2] if found else ""


def category(name_zh: str) -> str:
    """What kind of thing a row is of."""
    return next((kind for kind, words in _KINDS if re.search(words, name_zh)), "material")


def rows(published: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The set's rows; ids are unique by name, year, and what else tells two rows apart."""
    made = [_row(row) for row in published]
    for field in ("name_en", "per_unit", "source", "value"):
        alike = defaultdict(list)
        for row in made:
            alike[row["id"]].append(row)
        for group in alike.values():
            if len({row[field] for row in group}) > 1:
                for row in group:
                    row["id"] += "-" + _suffix(field, row[field])
    return made


def _suffix(field: str, text: str) -> str:
    """Of a name what its id has not yet: the part in brackets, or else the end."""
    if field != "name_en":
        return _slug(text.replace(".", "p"))
    inside = re.search(r"\((.*)\)", text)
    words = _slug(inside[1] if inside else text.rpartition(", ")[2])
    return words[:32].rstrip("-")


def _row(published: Mapping[str, str]) -> dict[str, str]:
    name_zh = simplified(published["name_zh_hant"])
    name_en = english(name_zh)
    announced = published["announced"]
    slug = _short(name_en)
    return {
        "id": "-".join(["MOENV", slug, *([] if slug.endswith(announced) else [announced])]),
        "name_zh": name_zh,
        "name_en": name_en,
        "name_hant": published["name_zh_hant"],
        "category": category(name_zh),
        "value": published["value"],
        "unit": published["unit"],
        "per_unit": published["per_unit"],
        "region": "TW",
        "year": year_named(name_zh) or announced,
        "source": PUBLISHERS[published["publisher"]],
        "table": f"CFP_P_02, {announced}",
        "confidence": "medium",
        "boundary": "not_stated",
    }


def _slug(name: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", name.upper().replace("%", "PC")).strip("-")


def _short(name_en: str) -> str:
    """The words of a name without brackets, as far as an id has room."""
    words = _slug(re.sub(r"\(.*\)", "", name_en.replace("Recycled material: ", "Recycled ")))
    while len(words) > LONGEST:
        words = words.rpartition("-")[0]
    return words


def _english_of(name_zh: str) -> str:
    if found := _names().get(name_zh):
        return found
    parts = name_zh.removeprefix("再生料-").split("-")
    words = [_recycled().get(part, "") for part in parts]
    return f"Recycled material: {', '.join(words)}" if len(parts) > 1 and all(words) else ""


@cache
def _converter():  # type: ignore[no-untyped-def]
    from opencc import OpenCC

    return OpenCC("tw2sp")


@cache
def _terms() -> Mapping[str, str]:
    return tomllib.loads((DATA / "moenv" / "terms.toml").read_text("utf-8"))


@cache
def _names() -> Mapping[str, str]:
    return _pairs("names.csv")


@cache
def _recycled() -> Mapping[str, str]:
    return _pairs("recycled.csv")


def _pairs(file: str) -> Mapping[str, str]:
    with (DATA / "moenv" / file).open(encoding="utf-8", newline="") as table:
        return {row["zh"]: row["en"] for row in csv.DictReader(table)}


def main(published: Path) -> None:
    """Writes the set."""
    with published.open(encoding="utf-8-sig", newline="") as table:
        made = rows(csv.DictReader(table))
    with TARGET.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
