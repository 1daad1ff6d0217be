"""Drawings of a retraining as files of their own, for whoever shows artifacts beside a run."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from experiments.replay.charts import Line, over_time
from experiments.retraining.page import cost_lines
from planning.report.page_drawing import HEIGHT
from planning.report.page_words import UNNAMED

if TYPE_CHECKING:
    from experiments.retraining.run import Retrained

FOLDER = "plots"
WIDE, LEFT, ABOVE, BELOW = 900, 70, 66, 14
COLOURS = ("#b2371c", "#3566b8", "#8a5a00", "#7a3f98", "#0a6a63", "#7d8b91")
"""Those of the pages, by place."""
STYLE = (
    "text{font:12px 'Liberation Sans',Helvetica,Arial,sans-serif;fill:#17242b}"
    "text.axis{fill:#566871}text.title{font-size:15px;font-weight:600}"
    ".chart{overflow:visible}"  # figures of the axis stand left of it
    ".grid{stroke:#d9e1e3}.zero{stroke:#566871}"
    "path{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}"
    + "".join(f".p{place}{{stroke:{colour}}}" for place, colour in enumerate(COLOURS))
)


def plots_of(made: Retrained) -> dict[str, bytes]:
    """SVG files by name."""
    currency = made.known.dataset.settings.currency or UNNAMED
    title = f"Cost so far, {currency}: {made.known.name}"
    return {f"{FOLDER}/cost-so-far.svg": cost_so_far(title, cost_lines(made)).encode()}


def cost_so_far(title: str, lines: Sequence[Line]) -> str:
    """A line a contender over the days that judge."""
    keys, at = [], LEFT
    for each in lines:
        keys.append(
            f'<line class="p{each.place}" x1="{at}" x2="{at + 22}" y1="44" y2="44"'
            f' stroke-width="3"/><text x="{at + 28}" y="48">{escape(each.name)}</text>'
        )
        at += 56 + 7 * len(each.name)
    height = ABOVE + HEIGHT + BELOW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height}"'
        f' viewBox="0 0 {WIDE} {height}"><style>{STYLE}</style>'
        f'<rect width="{WIDE}" height="{height}" fill="#fcfdfd"/>'
        f'<text class="title" x="{LEFT}" y="24">{escape(title)}</text>{"".join(keys)}'
        f'<svg x="{LEFT}" y="{ABOVE}" width="{WIDE - LEFT - 40}" height="{HEIGHT}"'
        f' overflow="visible">{over_time("cost", title, lines)}</svg></svg>\n'
    )
