"""The extension for LibreOffice Calc, made from the registry: `cfp_xl.oxt`.

It is a zip of texts: what the functions are called and say (`CalcAddIns.xcu`), their interface
(`functions.idl`, read as it is), the component, and a copy of the rooms it needs under
`pythonpath`, with their data. LibreOffice's own Python runs it; nothing else is installed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from xml.sax.saxutils import escape, quoteattr

from cfp_xl import __version__
from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.spec import FunctionSpec, Parameter
from cfp_xl.hosts.libreoffice.edge import gives_text, takes_cells
from cfp_xl.hosts.libreoffice.names import (
    INTERFACE,
    JOB,
    SERVICE,
    argument_names,
    method_name,
)
from cfp_xl.messages import LANGS, Text, text

FILE_NAME = "cfp_xl.oxt"
IDENTIFIER = "org.cfpxl"

CARRIED = (
    "__init__.py",
    "data_files.py",
    "messages.py",
    "privacy.py",
    "a1.py",
    "findings.py",
    "footprint",
    "study",
    "functions",
    "data",
    "hosts/__init__.py",
)
CARRIED_OF_HOST = ("__init__.py", "edge.py", "names.py", "formulas.py")
"""The parts of the package that run inside LibreOffice."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_XCU = """<?xml version="1.0" encoding="UTF-8"?>
<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="{name}" oor:package="org.openoffice.Office">
{nodes}
</oor:component-data>
"""


def build_extension() -> bytes:
    """The bytes of the extension; the same sources give the same bytes."""
    target = io.BytesIO()
    # Stored, not compressed: compressors differ from machine to machine.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts().items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return target.getvalue()


def parts() -> Mapping[str, bytes]:
    """What is in the extension, by path."""
    made = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "description-en.txt": text("hosts.libreoffice.description").en,
        "description-zh.txt": text("hosts.libreoffice.description").zh,
        "CalcAddIns.xcu": calc_add_ins(),
        "Jobs.xcu": _jobs(),
        "functions.idl": interface(),
    }
    here = files("cfp_xl.hosts.libreoffice")
    made |= {name: here.joinpath("parts", name).read_text("utf-8") for name in COMPONENTS}
    return {name: content.encode() for name, content in made.items()} | dict(_carried())


COMPONENTS = ("functions.py", "rebind.py")


def _carried() -> Iterator[tuple[str, bytes]]:
    package = files("cfp_xl")
    paths = [*CARRIED, *(f"hosts/libreoffice/{name}" for name in CARRIED_OF_HOST)]
    for path in paths:
        yield from _files(f"pythonpath/cfp_xl/{path}", package.joinpath(path))


def _files(path: str, entry: Traversable) -> Iterator[tuple[str, bytes]]:
    if entry.is_file():
        yield path, entry.read_bytes()
        return
    for child in sorted(entry.iterdir(), key=lambda e: e.name):
        if child.name != "__pycache__":
            yield from _files(f"{path}/{child.name}", child)


def interface() -> str:
    """The functions' interface in UNO's language; LibreOffice reads it as it is."""
    methods = "\n".join(_declared(spec) for spec in all_functions().values())
    return f"""\
module org {{ module cfpxl {{
interface {INTERFACE} : com::sun::star::uno::XInterface {{
{methods}
}};
}}; }};
"""


def _declared(spec: FunctionSpec) -> str:
    named = zip(spec.parameters, argument_names(spec), strict=True)
    arguments = ", ".join(f"[in] {_type(parameter)} {name}" for parameter, name in named)
    gives = "any" if gives_text(spec) else "sequence< sequence<any> >"
    return f"    {gives} {method_name(spec.name)}({arguments});"


def _type(parameter: Parameter) -> str:
    return "com::sun::star::table::XCellRange" if takes_cells(parameter) else "any"


def calc_add_ins() -> str:
    """The functions' names and help for the function wizard, in both languages."""
    functions = "\n".join(_described(spec) for spec in all_functions().values())
    nodes = f"""\
<node oor:name="AddInInfo">
 <node oor:name="{SERVICE}" oor:op="replace">
  <node oor:name="AddInFunctions">
{functions}
  </node>
 </node>
</node>"""
    return _XCU.format(name="CalcAddIns", nodes=nodes)


def _described(spec: FunctionSpec) -> str:
    name = Text(spec.name, spec.name)
    parameters = "\n".join(
        f'     <node oor:name="{argument}" oor:op="replace">\n'
        f"{_words('DisplayName', _label(p))}\n{_words('Description', p.help)}\n     </node>"
        for argument, p in zip(argument_names(spec), spec.parameters, strict=True)
    )
    return f"""\
   <node oor:name="{method_name(spec.name)}" oor:op="replace">
{_words("DisplayName", name)}
{_words("Description", spec.help)}
    <prop oor:name="Category"><value>Add-In</value></prop>
    <prop oor:name="CompatibilityName"><value xml:lang="en">{spec.name}</value></prop>
    <node oor:name="Parameters">
{parameters}
    </node>
   </node>"""


def _label(parameter: Parameter) -> Text:
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return Text(parameter.name + unit, parameter.name + unit)


def _words(property: str, words: Text) -> str:
    values = "".join(
        f'<value xml:lang="{tag}">{escape(words.in_lang(lang))}</value>'
        for lang in LANGS
        for tag in (("zh-CN", "zh-TW") if lang == "zh" else ("en-US",))
    )
    return f'    <prop oor:name="{property}">{values}</prop>'


def _jobs() -> str:
    nodes = f"""\
<node oor:name="Jobs">
 <node oor:name="Rebind" oor:op="replace">
  <prop oor:name="Service"><value>{JOB}</value></prop>
 </node>
</node>
<node oor:name="Events">
 <node oor:name="OnLoadFinished" oor:op="fuse">
  <node oor:name="JobList"><node oor:name="Rebind" oor:op="replace"/></node>
 </node>
</node>"""
    return _XCU.format(name="Jobs", nodes=nodes)


def _manifest() -> str:
    entries = [
        ("application/vnd.sun.star.uno-typelibrary;type=RDB", "functions.idl"),
        *(("application/vnd.sun.star.uno-component;type=Python", name) for name in COMPONENTS),
        ("application/vnd.sun.star.configuration-data", "CalcAddIns.xcu"),
        ("application/vnd.sun.star.configuration-data", "Jobs.xcu"),
    ]
    lines = "\n".join(
        f" <manifest:file-entry manifest:media-type={quoteattr(kind)}"
        f" manifest:full-path={quoteattr(path)}/>"
        for kind, path in entries
    )
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">
{lines}
</manifest:manifest>
"""


def _description() -> str:
    name = text("hosts.libreoffice.name")
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006"
 xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:d="http://openoffice.org/extensions/description/2006"
 xmlns:l="http://libreoffice.org/extensions/description/2011">
 <identifier value="{IDENTIFIER}"/>
 <version value="{__version__}"/>
 <display-name><name lang="en">{escape(name.en)}</name><name lang="zh">{escape(name.zh)}</name>\
</display-name>
 <extension-description>
  <src lang="en" xlink:href="description-en.txt"/>
  <src lang="zh" xlink:href="description-zh.txt"/>
 </extension-description>
 <dependencies>
  <l:LibreOffice-minimal-version value="7.4" d:name="LibreOffice 7.4"/>
 </dependencies>
</description>
"""
