"""The shapes that pictures are drawn of, and how wide text is."""

from __future__ import annotations

import math
from html import escape

from rich.cells import cell_len

from cfp_xl.report.document.model import cleaned

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
INK, SOFT, LINE = "#1f2933", "#5b6770", "#b8c0c8"
COLOURS = ("#2f6f4f", "#8fb996", "#d9a441", "#6c8ebf", "#b0563a", "#7d7d7d")
"""Told apart in print and by colour-blind readers: neighbours differ in lightness."""
SIZE = 13
"""Of text, in pixels."""


def page(width: float, height: float, *shapes: str) -> str:
    """A drawing on white."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" font-family="{FONT}" font-size="{SIZE}">'
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>{"".join(shapes)}</svg>'
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, line: str = "", dash: str = ""
) -> str:
    """A box."""
    stroke = f' stroke="{line}"' if line else ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{height:.1f}"'
        f' fill="{fill}"{stroke}{dashed}/>'
    )


def straight(x: float, y: float, to_x: float, to_y: float, colour: str = SOFT) -> str:
    """A line."""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}"/>'


def arrow(x: float, y: float, to_x: float) -> str:
    """From left to right."""
    head = f"{to_x:.1f},{y:.1f} {to_x - 7:.1f},{y - 4:.1f} {to_x - 7:.1f},{y + 4:.1f}"
    return straight(x, y, to_x - 6, y) + f'<polygon points="{head}" fill="{SOFT}"/>'


def words(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    colour: str = INK,
    size: float = SIZE,
    bold: bool = False,
) -> str:
    """A line of text, at its foot. Chinese fonts have no subscript 2."""
    text = cleaned(text).replace("₂", "2")
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
        f' font-size="{size:g}"{weight}>{escape(text)}</text>'
    )


def ring(x: float, y: float, radius: float, start: float, share: float, colour: str) -> str:
    """A part of a ring, by shares of a turn from the top."""
    if share >= 1 - 1e-9:
        inner = radius * 0.8
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{inner:.1f}" fill="none" stroke="{colour}"'
            f' stroke-width="{radius * 0.4:.1f}"/>'
        )
    hole = radius * 0.6
    first, last = _on(x, y, radius, start), _on(x, y, radius, start + share)
    back, end = _on(x, y, hole, start + share), _on(x, y, hole, start)
    large = int(share > 0.5)
    return (
        f'<path d="M{first} A{radius:g} {radius:g} 0 {large} 1 {last} L{back}'
        f' A{hole:g} {hole:g} 0 {large} 0 {end} Z" fill="{colour}" stroke="#ffffff"/>'
    )


def _on(x: float, y: float, radius: float, turn: float) -> str:
    angle = 2 * math.pi * turn
    return f"{x + radius * math.sin(angle):.2f} {y - radius * math.cos(angle):.2f}"


def fitted(text: str, width: float, size: float = SIZE) -> str:
    """As much of a text as fits, by the widths of characters in a fixed font."""
    text = cleaned(text)
    most = int(width / (size * 0.56))
    if cell_len(text) <= most:
        return text
    while text and cell_len(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def wrapped(text: str, width: float, size: float = SIZE, most: int = 2) -> list[str]:
    """A text in lines that fit, the last one cut where it is too long."""
    lines: list[str] = []
    rest = cleaned(text)
    while rest and len(lines) < most - 1:
        line = fitted(rest, width, size)
        if line == rest:
            break
        cut = line.removesuffix("…")
        at = cut.rfind(" ")
        cut = cut[:at] if at > len(cut) // 2 else cut
        lines.append(cut.strip())
        rest = rest[len(cut) :].strip()
    return [*lines, fitted(rest, width, size)] if rest else lines
