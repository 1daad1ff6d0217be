"""Drawings of a retraining can be read by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np

from experiments.replay.charts import Line
from experiments.retraining.plots import cost_so_far

SVG = "{http://www.w3.org/2000/svg}"
DAYS = np.datetime64("2024-01-01") + 7 * np.arange(10)
LINES = (
    Line("min < max", 0, DAYS, np.linspace(0.0, 1900.0, 10)),
    Line("plan", 4, DAYS, np.linspace(0.0, 1200.0, 10)),
)


def texts(
    of: ElementTree.Element, within: tuple[ElementTree.Element, ...] = ()
) -> Iterator[tuple[ElementTree.Element, tuple[ElementTree.Element, ...]]]:
    """Every text, and the drawings it stands in below the whole one."""
    for each in of:
        if each.tag == f"{SVG}text":
            yield each, within
        yield from texts(each, (*within, each) if each.tag == f"{SVG}svg" else within)


def test_figures_of_the_axis_are_not_cut_off() -> None:
    drawn = ElementTree.fromstring(cost_so_far("Cost so far, GBP: tea & coffee", LINES))
    style = drawn.findtext(f"{SVG}style", "")
    beside = [one for one in texts(drawn) if one[0].get("x", "").startswith("-")]
    assert {"0", "1,000", "2,000"} <= {each.text for each, _ in beside}
    for _, within in beside:
        for drawing in within:
            shown = f".{drawing.get('class')}{{overflow:visible}}" in style
            assert shown or drawing.get("overflow") == "visible"


def test_every_line_has_its_key() -> None:
    drawn = ElementTree.fromstring(cost_so_far("Cost", LINES))
    assert {line.name for line in LINES} <= {each.text for each, _ in texts(drawn)}
