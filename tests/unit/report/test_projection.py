"""The simulation on the page and in the summary."""

import dataclasses
import json

import numpy as np
import pytest

from planning.report.charts import projection_chart
from planning.report.page import render_page
from planning.report.page_data import PageData
from planning.report.projected import SHOWN, projected, projection_section
from planning.simulation.totals import (
    LEVELS,
    MEASURED,
    Band,
    Projection,
    Scenario,
    Spread,
)
from planning.simulation.walk import FACTS
from tests.unit.report.conftest import AS_OF


def scenario(height: float) -> Scenario:
    course = height * (1.0 + np.arange(6.0))
    band = Band(course, np.stack([0.5 * course, course, 2.0 * course], axis=1))
    spreads: dict[str, Spread | None] = {
        name: Spread(height * 0.9, (height * 0.8, height * 0.9, height)) for name in MEASURED
    }
    spreads["turnover"] = None
    return Scenario(spreads, band, band)


def projection(thinned: bool = False) -> Projection:
    days = AS_OF + 7 * np.arange(1, 7)
    return Projection(
        paths=40 if thinned else 200,
        thinned=thinned,
        error_correlation=0.03,
        days=days,
        with_plan=scenario(1.0),
        without=scenario(0.3),
        facts=np.zeros((2, 1, FACTS)),
    )


@pytest.mark.parametrize("thinned", [True, False])
def test_the_page_says_what_may_come(page: PageData, thinned: bool) -> None:
    told = dataclasses.replace(page, projection=projection_section(projection(thinned)))
    html = render_page(told)
    assert 'id="projection"' in html
    assert 'id="course-stock-t"' in html
    assert 'id="course-spent-t"' in html
    assert "80% of the courses" in html
    assert ("Fewer courses were drawn" in html) == thinned


@pytest.mark.parametrize("limited", [True, False])
def test_page_and_summary_say_that_limits_are_left_out(page: PageData, limited: bool) -> None:
    section = projection_section(projection(), limited)
    html = render_page(dataclasses.replace(page, projection=section))
    assert ("simulated without the limits" in html) == limited
    assert ("left_out" in projected(projection(), limited)) == limited


def test_a_page_without_a_simulation_has_no_such_section(page: PageData) -> None:
    assert 'id="projection"' not in render_page(page)


def test_the_chart_tells_its_end_in_words() -> None:
    section = projection_section(projection())
    drawn = projection_chart(section.stock, AS_OF, "course")
    assert "6 expected with the plan, mostly between 3 and 12; 1.8 if nothing is ordered" in drawn


def test_every_shown_measure_is_simulated_and_has_a_title() -> None:
    assert set(SHOWN) <= set(MEASURED)
    assert all(line.name for line in projection_section(projection()).lines)


def test_the_summary_names_units_and_levels_and_knows_what_it_does_not_know() -> None:
    told = json.loads(json.dumps(projected(projection()), allow_nan=False))
    assert told["quantile_levels"] == list(LEVELS)
    assert told["units"] == MEASURED
    assert told["with_plan"]["turnover"] is None
    assert told["with_plan"]["fill_rate"] == {"mean": 0.9, "quantiles": [0.8, 0.9, 1.0]}
    assert len(told["by_bucket"]["ends_on"]) == 6
    assert len(told["by_bucket"]["stock_value"]["without_plan"]["mean"]) == 6
