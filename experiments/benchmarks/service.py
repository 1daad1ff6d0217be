"""The service under load: looking one product up, pages while it plans, sales coming in, what-if.

`python -m experiments.benchmarks.service [--part PART] [--lines N] [--seconds S]`. Everything runs
on this machine's loopback address, in folders that go at the end; the load comes from a process of
its own (`service_load`). The look-up is measured beside the smallest FastAPI route that answers
with the same bytes on the same server, in turns; its ratios say how far from that it is.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from domain.errors import UnavailableError
from experiments.benchmarks import results
from experiments.benchmarks.options import add_results, parser_of, run_main
from experiments.benchmarks.results import Row
from experiments.benchmarks.service_data import (
    SEED,
    STOCK,
    UNIT_COST,
    bring_in,
    dataset_of,
    sales_of,
)
from experiments.benchmarks.service_load import Load, loaded
from experiments.benchmarks.service_processes import (
    SMALLEST,
    asked,
    fill,
    free_port,
    on_postgresql,
    peak_bytes,
    running,
    served,
    sku_of,
)

PLANS = 20
"""Plans whose lines are stored: each product has a line of every one."""
TURNS = 3
HOT_CONNECTIONS, PAGE_CONNECTIONS, PAGE = 32, 8, 500
SKUS = 50_000
SALES, SALES_OF_A_PAGE = 1_000_000, 5_000
WHAT_IFS = 200
SHARE_OF_STOCK = 0.5
"""The budget of the plan that is asked about, of what its stock costs."""
STEPS_SECONDS = 300.0


def hot(folder: Path, lines: int, seconds: float, where: str = "") -> list[Row]:
    """Requests a second and p99 of one product's recommendations, beside the smallest route.

    `where`: on what the service stands, in words, if not on SQLite.
    """
    workspace, paths, body = folder / "hot", folder / "paths", folder / "body"
    skus = max(lines // PLANS, 1)
    key = fill(workspace, min(PLANS, lines), skus)
    chance = random.Random(SEED)
    some = [f"/v1/recommendations/{sku_of(chance.randrange(skus))}" for _ in range(50_000)]
    paths.write_text("\n".join(some), encoding="utf-8")
    port, smallest = free_port(), free_port()
    with running(served(workspace, port, "--no-worker"), port, "/healthz"):
        body.write_bytes(_body(port, key, some[0]))
        command = [sys.executable, "-c", SMALLEST, str(smallest), str(body)]
        with running(command, smallest, some[0]):
            ours, theirs = [], []
            for _ in range(TURNS):
                ours.append(loaded(port, paths, key, seconds, HOT_CONNECTIONS))
                theirs.append(loaded(smallest, paths, key, seconds, HOT_CONNECTIONS))
    case = f"one product of {lines:,} lines, {HOT_CONNECTIONS} connections{where}"
    peer = {"smallest route": _median(theirs, "per_second")}
    slow = {"smallest route": _median(theirs, "p99_seconds")}
    rate, p99 = _median(ours, "per_second"), _median(ours, "p99_seconds")
    return [
        Row("service", case, "requests a second", rate, "1/s", peer),
        Row("service", case, "p99", p99, "s", slow),
        Row("service", case, "share of the requests", rate / peer["smallest route"], "ratio"),
        Row("service", case, "times the p99", p99 / slow["smallest route"], "ratio"),
        _refused(case, ours),
    ]


def page(folder: Path, skus: int, seconds: float) -> list[Row]:
    """Pages of lines a second and their p99 while a plan of all products runs."""
    workspace, paths = folder / "page", folder / "pages"
    key = fill(workspace, 1, skus)
    bring_in(workspace, dataset_of(folder / "dataset", skus))
    port = free_port()
    with running(served(workspace, port), port, "/healthz"):
        paths.write_text("\n".join(_cursors(port, key, skus // PAGE)), encoding="utf-8")
        place = "/v1/plans/" + str(asked(port, key, "POST", "/v1/plans", b"{}")["id"])
        _wait(port, key, place, "read")
        load = loaded(port, paths, key, seconds, PAGE_CONNECTIONS)
        state, step = (asked(port, key, "GET", place)[name] for name in ("state", "step"))
    if state != "requested":
        raise UnavailableError(
            f"the plan was {state} before the pages were read", place, "Measure for a shorter time."
        )
    case = f"{PAGE} lines a page, {PAGE_CONNECTIONS} connections, {skus:,} SKUs planned ({step})"
    return [
        Row("service", case, "pages a second", load.per_second, "1/s"),
        Row("service", case, "p99", load.p99_seconds, "s"),
        _refused(case, [load]),
    ]


def sales(folder: Path, rows: int) -> list[Row]:
    """Seconds until sales are there, as one Parquet file and as pages of JSON."""
    case, found = f"{rows:,} rows of sales", []
    frame = sales_of(rows // 100, 100)
    for how, post in (("Parquet", _post_file), ("JSON", _post_pages)):
        workspace, port = folder / f"sales-{how}", free_port()
        key = fill(workspace, 0, 0)
        with running(served(workspace, port), port, "/healthz") as process:
            seconds = post(port, key, frame)
            peak = peak_bytes(process)
        found += [
            Row("service", f"{case} as {how}", "seconds", seconds, "s"),
            Row("service", f"{case} as {how}", "peak of server and worker", peak / 1e6, "MB"),
        ]
    return found


def what_if(folder: Path, skus: int) -> list[Row]:
    """Seconds until it is said what would be ordered if a product took a week longer to come.

    Of a plan whose budget is short, so that the answer holds the price of money. The first answer
    reads the plan.
    """
    workspace, port = folder / "what-if", free_port()
    key = fill(workspace, 0, 0)
    dataset = dataset_of(folder / "dataset", skus)
    budget = round(SHARE_OF_STOCK * skus * STOCK * UNIT_COST)
    (dataset / "settings.toml").write_text(f"[[budget]]\namount = {budget}\nperiod_days = 7\n")
    bring_in(workspace, dataset)
    chance = random.Random(SEED)
    names = [sku_of(number) for number in chance.sample(range(skus), min(WHAT_IFS, skus))]
    took, held = [], 0
    with running(served(workspace, port), port, "/healthz"):
        place = "/v1/plans/" + str(asked(port, key, "POST", "/v1/plans", b"{}")["id"])
        while (plan := asked(port, key, "GET", place))["state"] == "requested":
            time.sleep(0.2)
        for name in names:
            question = json.dumps({"sku": name, "plan": plan["id"], "lead_time_days": 14})
            begun = time.perf_counter()
            said = asked(port, key, "POST", "/v1/recommendations/what-if", question.encode())
            took.append(time.perf_counter() - begun)
            held += bool(said["limits"])
    case = f"what-if of a plan of {skus:,} SKUs with a budget"
    return [
        Row("service", case, "first answer", took[0], "s"),
        Row("service", case, "median of the others", float(np.median(took[1:])), "s"),
        Row("service", case, "p99 of the others", float(np.quantile(took[1:], 0.99)), "s"),
        Row("service", case, "answers that hold the price of money", held, "number"),
    ]


def _post_file(port: int, key: str, frame: pd.DataFrame) -> float:
    body = frame.to_parquet(index=False)
    begun = time.perf_counter()
    kind = "application/vnd.apache.parquet"
    job = asked(port, key, "POST", "/v1/tables/sales/uploads", body, kind)
    while job["state"] not in ("done", "failed"):
        time.sleep(0.1)
        job = asked(port, key, "GET", f"/v1/jobs/{job['id']}")
    if job["state"] == "failed":
        raise UnavailableError("the file was refused", "sales", str(job["error"]))
    return time.perf_counter() - begun


def _post_pages(port: int, key: str, frame: pd.DataFrame) -> float:
    pages = [
        b'{"rows":' + frame.iloc[begin : begin + SALES_OF_A_PAGE].to_json(
            orient="records", date_format="iso", date_unit="s"
        ).replace("T00:00:00", "").encode() + b"}"
        for begin in range(0, len(frame), SALES_OF_A_PAGE)
    ]  # fmt: skip
    begun = time.perf_counter()
    for one in pages:
        asked(port, key, "POST", "/v1/tables/sales", one)
    return time.perf_counter() - begun


def _cursors(port: int, key: str, pages: int) -> Iterator[str]:
    """Addresses of pages that follow each other."""
    path = f"/v1/recommendations?limit={PAGE}"
    for _ in range(min(pages, 20)):
        yield path
        cursor = asked(port, key, "GET", path)["next"]
        path = f"/v1/recommendations?limit={PAGE}&cursor={cursor}"


def _wait(port: int, key: str, place: str, step: str) -> None:
    """Wait until a plan is past a step."""
    until = time.monotonic() + STEPS_SECONDS
    while time.monotonic() < until:
        if asked(port, key, "GET", place)["step"] not in (None, "", step):
            return
        time.sleep(0.2)
    raise UnavailableError("the plan does not begin", place, "Look at the worker.")


def _body(port: int, key: str, path: str) -> bytes:
    """The bytes of an answer, as they came."""
    import urllib.request

    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def _median(loads: list[Load], name: str) -> float:
    return float(median(getattr(load, name) for load in loads))


def _refused(case: str, loads: list[Load]) -> Row:
    return Row(
        "service", case, "answers that were not 200", sum(x.refused for x in loads), "number"
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="restock-service-") as name:
        yield Path(name)


def _hot_on_postgresql(folder: Path, lines: int, seconds: float) -> list[Row]:
    with on_postgresql(folder / "postgresql"):
        return hot(folder, lines, seconds, ", PostgreSQL")


PARTS: Mapping[str, Callable[[Path, argparse.Namespace], list[Row]]] = {
    "hot": lambda folder, given: hot(folder, given.lines, given.seconds),
    "hot_postgresql": lambda folder, given: _hot_on_postgresql(folder, given.lines, given.seconds),
    "page": lambda folder, given: page(folder, given.skus, given.seconds),
    "sales": lambda folder, given: sales(folder, given.sales),
    "what_if": lambda folder, given: what_if(folder, given.skus),
}


def measure(given: argparse.Namespace) -> None:
    """Print the figures of the parts asked for, and keep them."""
    for part in [given.part] if given.part else PARTS:
        with _folder() as folder:
            rows = PARTS[part](folder, given)
        for row in rows:
            beside = "".join(f"  ({name} {value:.4g})" for name, value in row.peers.items())
            print(f"{row.case:72}{row.measure:40}{row.value:10.4g} {row.unit}{beside}", flush=True)
        results.record(rows, given.results)


def main() -> int:
    """Run what the command line asks for."""
    parser = parser_of(__doc__)
    add_results(parser)
    parser.add_argument("--part", choices=list(PARTS), help="one part; all when silent")
    parser.add_argument("--lines", type=int, default=1_000_000, help="stored lines")
    parser.add_argument("--skus", type=int, default=SKUS, help="products planned or asked about")
    parser.add_argument("--sales", type=int, default=SALES, help="rows of sales")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each run of requests")
    return run_main(lambda: measure(parser.parse_args()))


if __name__ == "__main__":
    raise SystemExit(main())
