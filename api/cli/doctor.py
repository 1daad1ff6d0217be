"""`restock doctor`: whether what the service stands on is well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from api.cli.failures import BAD_INPUT
from api.cli.options import Json
from api.cli.serve import ServiceWorkspace
from domain.errors import RestockError

LEAST_FREE = 1 << 30
"""Bytes of free disk below which history may soon not be written."""
FURTHEST_CLOCK_SECONDS = 5.0
GOMP = "libgomp.so.1"
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "numba",
    "highspy",
    "fastapi",
    "uvicorn",
    "sqlalchemy",
    "alembic",
    "deltalake",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `well` None is a doubt."""

    what: str
    well: bool | None
    sentence: str


def doctor(workspace: ServiceWorkspace, json_: Json = False) -> None:
    """Look at settings, database, history, plans, disk, versions, clock; 2 where one is ill."""
    findings = list(examine(workspace))
    if json_:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        marks = {True: "well", False: "ILL", None: "doubt"}
        for finding in findings:
            typer.echo(f"{marks[finding.well]:6} {finding.what:10} {finding.sentence}")
    if any(finding.well is False for finding in findings):
        raise typer.Exit(BAD_INPUT)


def examine(workspace: Path) -> Iterator[Finding]:
    """Every finding, whatever is ill before it."""
    checks: tuple[tuple[str, Callable[[Path], Finding]], ...] = (
        ("disk", _disk),
        ("versions", _versions),
        ("database", _database),
        ("history", _history),
        ("plans", _plans),
        ("libgomp", _libgomp),
    )
    for what, check in checks:
        try:
            yield check(workspace)
        except RestockError as error:
            yield Finding(what, False, f"{error.what} ({error.where}). {error.mend}")
        except Exception as error:  # a finding too: the others are still to be made
            yield Finding(what, False, f"{type(error).__name__}: {error}")
    yield from _kept(workspace)


def _disk(workspace: Path) -> Finding:
    """Room, and whether it can be written."""
    import shutil
    import tempfile

    workspace.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=workspace) as file:
        file.write(b"restock")
    free = shutil.disk_usage(workspace).free
    sentence = f"{workspace} can be written; {free / 1024**3:,.1f} GB are free"
    return Finding("disk", None if free < LEAST_FREE else True, sentence)


def _versions(workspace: Path) -> Finding:
    """What is installed."""
    import sys
    from importlib.metadata import PackageNotFoundError, version

    del workspace
    found, missing = [], []
    for name in ("restock", *LIBRARIES):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    told = f"Python {sys.version.split()[0]}, {', '.join(found)}"
    if missing:
        return Finding("versions", False, f"missing: {', '.join(missing)}; {told}")
    return Finding("versions", True, told)


def _database(workspace: Path) -> Finding:
    """Whether it answers, and is up to date (opening brings it there)."""
    from planning.store.service.open import open_store

    store = open_store(workspace)
    try:
        store.ping()
        keys = len(store.keys())
        counted = f"{keys} {'key' if keys == 1 else 'keys'}"
        said = f"answers; the tables are at version {store.version()}; {counted}"
    finally:
        store.close()
    return Finding("database", True, said)


def _history(workspace: Path) -> Finding:
    """Whether the files of sales, stock and receipts are what was written."""
    from planning.store.service.open import open_store

    store = open_store(workspace)
    try:
        files = store.verify_history()
    finally:
        store.close()
    return Finding("history", True, f"{files:,} files of sales, stock and receipts are whole")


def _plans(workspace: Path) -> Finding:
    """Whether the files of plans are what was written, and what killed processes left behind."""
    from planning.store.service.leftovers import left_over
    from planning.store.service.open import open_store

    store = open_store(workspace)
    try:
        files = store.verify_plans()
    finally:
        store.close()
    said, left = f"{files:,} files of plans are whole", sum(1 for _ in left_over(workspace))
    if left:
        return Finding("plans", None, f"{said}; {left} never finished: a worker sweeps them up")
    return Finding("plans", True, said)


def _libgomp(workspace: Path) -> Finding:
    """Whether the OpenMP library is there that the global model is built on."""
    import ctypes

    del workspace
    try:
        ctypes.CDLL(GOMP)
    except OSError as error:
        said = f"{GOMP} does not load ({error}): plans may fall back to local forecasts"
        return Finding("libgomp", None, said)
    return Finding("libgomp", True, f"{GOMP} loads")


def _kept(workspace: Path) -> Iterator[Finding]:
    """The settings kept in the store, and the clock beside what was written last."""
    import time

    from domain.settings_layers import load_settings
    from planning.store.service.open import open_store

    try:
        store = open_store(workspace)
        try:
            settings = dict(store.settings())
            entries = store.audit(1).items
        finally:
            store.close()
        load_settings([("store", settings)], None)
    except RestockError as error:
        yield Finding("settings", False, f"{error.what} ({error.where}). {error.mend}")
        return
    yield Finding("settings", True, f"{len(settings)} are set; they hold together")
    ahead = entries[0].at - time.time() if entries else 0.0
    said = "it is later than anything that was written"
    if ahead > FURTHEST_CLOCK_SECONDS:
        said = f"the last entry was written {ahead:,.0f} seconds from now: set the clock right"
    yield Finding("clock", ahead <= FURTHEST_CLOCK_SECONDS, said)
