"""The manifest and the metadata: whole, in both languages, and true to what the server serves."""

from __future__ import annotations

import asyncio
import json
import re
import struct
import uuid
from collections.abc import Iterator

import httpx
import pytest
from lxml import etree

from cfp_xl.functions.registry import all_functions
from cfp_xl.hosts.officejs.app import create_app
from cfp_xl.hosts.officejs.guard import Door
from cfp_xl.hosts.officejs.icons import SIZES, icon_png
from cfp_xl.hosts.officejs.manifest import ADDRESS, render_manifest
from cfp_xl.hosts.officejs.metadata import render_metadata
from cfp_xl.messages import LANGS, Lang
from tests.hosts.conftest import here

TOKEN = "token-with-&-in-it"

# The order of children, from Microsoft's schemas OfficeAppManifestV1_1 and
# TaskPaneAppVersionOverridesV1_0 (sequences; those that we do not use left out).
ORDER = {
    "OfficeApp": (
        "Id",
        "Version",
        "ProviderName",
        "DefaultLocale",
        "DisplayName",
        "Description",
        "IconUrl",
        "HighResolutionIconUrl",
        "Hosts",
        "Requirements",
        "DefaultSettings",
        "Permissions",
        "VersionOverrides",
    ),
    "VersionOverrides": ("Hosts", "Resources"),
    "Host": ("Runtimes", "AllFormFactors", "DesktopFormFactor"),
    "DesktopFormFactor": ("FunctionFile", "ExtensionPoint"),
    "Group": ("Label", "Icon", "Control"),
    "Control": ("Label", "Supertip", "Icon", "Action"),
    "Supertip": ("Title", "Description"),
    "Action": ("TaskpaneId", "SourceLocation"),
    "Resources": ("Images", "Urls", "ShortStrings", "LongStrings"),
}


@pytest.fixture(scope="module")
def manifest() -> etree._Element:
    return etree.fromstring(render_manifest(ADDRESS, TOKEN).encode())


def local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def named(manifest: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in manifest.iter("{*}" + name))


def test_children_stand_in_the_order_of_the_schema(manifest: etree._Element) -> None:
    for name, order in ORDER.items():
        for element in named(manifest, name):
            children = [local(child) for child in element]
            if children:
                assert children == [child for child in order if child in children], name
    [functions] = [
        point
        for point in named(manifest, "ExtensionPoint")
        if "CustomFunctions" in point.attrib.values()
    ]
    assert [local(child) for child in functions] == ["Script", "Page", "Metadata"]


def test_every_resource_is_there_once_and_used(manifest: etree._Element) -> None:
    defined = [e.get("id") for kind in ("Image", "Url", "String") for e in named(manifest, kind)]
    given = [id for id in defined if id]
    assert len(given) == len(set(given))
    asked = {e.get("resid") for e in manifest.iter() if e.get("resid")}
    assert asked == set(given)


def test_the_pane_is_where_the_functions_run(manifest: etree._Element) -> None:
    [runtime] = named(manifest, "Runtime")
    [page] = named(manifest, "Page")
    assert (runtime.get("resid"), runtime.get("lifetime")) == ("Pane.Url", "long")
    assert page[0].get("resid") == "Pane.Url"
    [url] = [e for e in named(manifest, "Url") if e.get("id") == "Pane.Url"]
    assert url.get("DefaultValue") == f"{ADDRESS}/pane/index.html?token={TOKEN}"


def test_texts_are_short_enough_and_in_both_languages(manifest: etree._Element) -> None:
    limits = {"DisplayName": 125, "Description": 250, "String": 250}
    for name, limit in limits.items():
        for element in named(manifest, name):
            if (text := element.get("DefaultValue")) is None:
                continue
            [chinese] = element
            assert chinese.get("Locale") == "zh-CN"
            assert len(text) <= limit
            assert re.search("[\u4e00-\u9fff]", chinese.get("Value") or "")


def test_id_and_version_are_as_office_wants_them(manifest: etree._Element) -> None:
    id, version = manifest[0], manifest[1]
    assert str(uuid.UUID(id.text)) == id.text
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", version.text or "")


def test_every_address_in_it_is_served(manifest: etree._Element) -> None:
    values = (str(e.get(n)) for e in manifest.iter() for n in ("DefaultValue", "Value"))
    addresses = {value for value in values if value.startswith("https://")}
    assert len(addresses) == 8, "four icons, two metadata, script, pane"
    app = create_app(Door((ADDRESS,), TOKEN, "en"), here)

    async def statuses() -> dict[str, int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return {address: (await client.get(address)).status_code for address in addresses}

    assert set(asyncio.run(statuses()).values()) == {200}


@pytest.mark.parametrize("lang", LANGS)
def test_the_metadata_is_the_registry(lang: Lang) -> None:
    document = json.loads(render_metadata(lang))
    assert document["allowErrorForDataTypeAny"] is True
    assert [one["id"] for one in document["functions"]] == list(all_functions())
    for one, spec in zip(document["functions"], all_functions().values(), strict=True):
        assert one["name"] == one["id"] == spec.name
        assert spec.help.in_lang(lang).startswith(one["description"])
        assert [p["name"] for p in one["parameters"]] == [p.name for p in spec.parameters]
        optional = [p.get("optional", False) for p in one["parameters"]]
        assert optional == [p.is_optional for p in spec.parameters]
        assert optional == sorted(optional), "required arguments come first"


@pytest.mark.parametrize("size_px", SIZES)
def test_icons_are_png_of_their_size(size_px: int) -> None:
    picture = icon_png(size_px)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (size_px, size_px)
