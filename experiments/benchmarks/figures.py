"""The README's figures, written from the newest results.

    python -m experiments.benchmarks.figures [--results FILE]

rewrites what stands in README.md between the two comments. The same results give the same text.
Of a case that was measured at several sizes the largest counts, of that the last line.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill

from domain.errors import DataError, NotFoundError
from experiments.benchmarks.figures_learning import learning_part, trials_part
from experiments.benchmarks.figures_lines import WIDTH, Line, last_of, newest, where
from experiments.benchmarks.options import ROOT, add_results, parser_of, run_main
from experiments.benchmarks.peers.forecasting import FORECASTERS
from experiments.benchmarks.results import read
from planning.whole_files import write_whole, writing

BEGINS = "<!-- figures: python -m experiments.benchmarks.figures -->"
ENDS = "<!-- end of figures -->"
SETS = (
    "walmart-daily",
    "favorita-weekly",
    "car-parts-monthly",
    "spare-parts-weekly",
    "fresh-retail-daily",
)
REPLAYED = ("favorita-weekly", "walmart-daily", "spare-parts-weekly", "sample")
NAIVE = "seasonal_naive"
SOLVER_NAMES = {"pulp_cbc": "PuLP with CBC", "pulp_highs": "PuLP with HiGHS"}


def forecasting_part(lines: Sequence[Line]) -> list[str]:
    """A table of forecasts, a line a data set, beside the best peer and the naive one."""
    measured = [found for name in SETS if (found := newest(lines, "forecasting", name))]
    if not measured:
        return []
    head = (
        "Forecasts of sales that were not seen: scaled quantile loss (less is better), in "
        "brackets the 95 % interval over series; and how often the sum over the horizon stayed "
        "within its quantile."
    )
    table = [
        "| sales | Restock | best peer | Restock is better by | last season again "
        "| within 0.95, 0.99 |",
        "|---|---|---|---|---|---|",
        *(_forecasting_line(found) for found in measured),
    ]
    below = f"{_forecasting_peers(measured)} {where(measured[-1])}"
    return [fill(head, WIDTH), "", *table, "", fill(below, WIDTH)]


def _forecasting_line(found: Mapping[str, Line]) -> str:
    line = found["scaled_quantile_loss"]
    others = {name: ends for name, ends in line["against"].items() if name != NAIVE}
    best = max(sorted(others), key=lambda name: float(others[name][0]))
    better, low, high = (-100 * float(end) for end in others[best])
    within = ", ".join(f"{found[f'coverage_{level}']['value']:.3f}" for level in ("0.95", "0.99"))
    return (
        f"| {line['case']} | {line['value']:.3f} | {line['peers'][best]:.3f} ({_called(best)}) "
        f"| {better:.0f} % ({high:.0f} to {low:.0f}) | {line['peers'][NAIVE]:.3f} | {within} |"
    )


def _called(name: str) -> str:
    return type(FORECASTERS.get(name)).__name__


def _forecasting_peers(measured: Sequence[Mapping[str, Line]]) -> str:
    """Who took part, and the versions of their packages."""
    line = measured[-1]["scaled_quantile_loss"]
    names = ", ".join(_called(name) for name in sorted(line["peers"]) if name != NAIVE)
    versions = line["peer_versions"]
    packages = ", ".join(f"{name} {versions[name]}" for name in ("statsforecast", "prophet"))
    return f"Peers: {names} ({packages}; Prophet on 200 series)."


def optimization_part(lines: Sequence[Line]) -> list[str]:
    """How long the same linear program takes, ours and PuLP's."""
    found = newest(lines, "optimization", "any amount beside monoliths")
    if not found:
        return []
    seconds, ended = found["solve_seconds"], found["objective"]["peers"]
    others = ", ".join(
        f"{called} {'' if name in ended else 'stopped after '}{seconds['peers'][name]:,.1f} s"
        for name, called in SOLVER_NAMES.items()
    )
    text = (
        f"The best orders for {seconds['case'].rpartition(', ')[2]} over 12 weeks, one linear "
        f"program: Restock {seconds['value']:.2g} s, {others}. {where(found)}"
    )
    return ["", fill(text, WIDTH)]


def hidden_part(lines: Sequence[Line]) -> list[str]:
    """How well hidden demand is recovered, a sentence a way of hiding."""
    said = []
    for way in ("the whole", "part"):
        for line in last_of(lines, "hidden_demand", f"{way} of a day sold out").values():
            mean, recorded = (line["peers"][name] for name in ("left out", "taken as demand"))
            said.append(
                f"{way} of a day: {line['value']:.2f}, against {mean:.2f} for the mean of the "
                f"weekday and {recorded:.2f} for what was recorded"
            )
    if not said:
        return []
    text = (
        "Demand that a stock-out hid (a fifth of the in-stock days of fresh-retail-daily, at "
        f"random), WAPE of what is said of those days: {'; '.join(said)}."
    )
    return ["", fill(text, WIDTH)]


def replay_part(lines: Sequence[Line]) -> list[str]:
    """What the optimizer would have cost beside rules, a line a data set."""
    measured = [found for name in REPLAYED if (found := newest(lines, "replay", name))]
    if not measured:
        return []
    head = (
        "What policies would have cost on the past, in thousands, each knowing only what was "
        "known then and its own sales; calibrated on earlier days alone. In brackets the 95 % "
        "interval over series of the calibrated optimizer against the best of the covers tried, "
        "which is chosen in hindsight."
    )
    table = [
        "| sales | min/max | base stock | best cover | optimizer | calibrated | against cover |",
        "|---|---|---|---|---|---|---|",
        *(_replay_line(found) for found in measured),
    ]
    return ["", fill(head, WIDTH), "", *table, "", fill(where(measured[-1]), WIDTH)]


def _replay_line(found: Mapping[str, Line]) -> str:
    plain = found["replayed cost, optimizer"]
    best = found.get("replayed cost, calibrated_optimizer", plain)
    rules = " | ".join(
        f"{plain['peers'][name] / 1000:,.1f}" for name in ("min_max", "base_stock", "best cover")
    )
    ratio, low, high = (100 * float(end) for end in best["against"]["best cover"])
    calibrated = "" if best is plain else f"{best['value'] / 1000:,.1f}"
    return (
        f"| {best['case']} | {rules} | {plain['value'] / 1000:,.1f} | {calibrated} "
        f"| {ratio:+.1f} % [{low:+.1f}, {high:+.1f}] |"
    )


PARTS = (
    forecasting_part,
    hidden_part,
    replay_part,
    optimization_part,
    learning_part,
    trials_part,
)


def render(lines: Sequence[Line]) -> str:
    """The text between the comments; raises NotFoundError where nothing was measured yet."""
    text = [line for part in PARTS for line in part(lines)]
    if not text:
        raise NotFoundError(
            "there are no results to write figures from",
            "the results file",
            "Run `make benchmark` first.",
        )
    return "\n".join(text) + "\n"


def placed(readme: str, figures: str) -> str:
    """The README with these figures between its comments."""
    before, begins, rest = readme.partition(f"{BEGINS}\n")
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise DataError(
            "the two comments that the figures go between are not there",
            "README.md",
            f"Put the lines {BEGINS} and {ENDS} where the figures should be.",
        )
    return f"{before}{begins}{figures}{ends}{after}"


def write(readme: Path, results: Path) -> None:
    """Rewrite the figures of a README from a results file."""
    text = placed(readme.read_text(encoding="utf-8"), render(read(results)))
    with writing(readme):
        write_whole(readme, lambda draft: draft.write_text(text, encoding="utf-8"))


def run(asked: argparse.Namespace) -> None:
    """Rewrite the project's own."""
    write(ROOT / "README.md", asked.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_results(parser)
    return run_main(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
