"""The house of DESIGN §1: a floor imports only from floors below it; one library, one room."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {
    "domain": 1,
    "forecasting": 2,
    "optimization": 2,
    "planning": 3,
    "experiments": 4,
    "api": 5,
}
DOMAIN_MAY_IMPORT = {"numpy", "pandas", "pydantic", "pydantic_settings", "domain"}
PEERS = "experiments/benchmarks/peers/"  # programs that run in an environment of their own
ROOMS = {
    "pulp": ("optimization/", PEERS),
    "highspy": ("optimization/",),
    "statsmodels": ("forecasting/models/",),
    "prophet": ("forecasting/models/", PEERS),
    "statsforecast": (PEERS,),
    "lightgbm": ("forecasting/models/",),
    "sqlalchemy": ("planning/store/",),
    "alembic": ("planning/store/",),
    "deltalake": ("planning/store/",),
    "openpyxl": ("planning/store/",),
    "mlflow": ("experiments/tracking.py",),
    "optuna": ("experiments/retraining/search.py",),
    "fastapi": ("api/",),
    "nicegui": ("api/",),
    "typer": ("api/",),
    "rich": ("api/",),
    "ray": ("planning/engine.py",),
    "dask": ("planning/engine.py",),
}
PASSED_OVER = {"skip", "importorskip", "xfail"}
REFUSED_NAMES = {"utils", "helpers", "common", "misc"}


def sources() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources(), ids=name)
def test_a_floor_imports_only_from_floors_below_it(path: Path) -> None:
    own = name(path).split("/")[0]
    for module in imported(path):
        other = module.split(".")[0]
        if other in FLOORS and other != own:
            assert FLOORS[other] < FLOORS[own], f"{name(path)} imports {module}"


@pytest.mark.parametrize("path", sources(), ids=name)
def test_one_library_one_room(path: Path) -> None:
    for module in imported(path):
        rooms = ROOMS.get(module.split(".")[0])
        assert rooms is None or name(path).startswith(rooms), f"{name(path)} imports {module}"


def test_the_ground_imports_nothing_of_the_house_and_three_libraries() -> None:
    for path in (ROOT / "domain").rglob("*.py"):
        for module in imported(path):
            top = module.split(".")[0]
            assert top in DOMAIN_MAY_IMPORT or top in sys.stdlib_module_names, (
                f"{name(path)} imports {module}"
            )


def test_no_file_is_named_for_having_no_idea() -> None:
    assert not [name(path) for path in sources() if path.stem in REFUSED_NAMES]


def test_imports_are_absolute() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), name(path)


def test_no_test_is_passed_over_but_on_another_system() -> None:
    """A skip would hide that a browser, a database or a library is missing where all must be."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{name(path)} {getattr(node, 'lineno', '')}"
            if isinstance(node, ast.Attribute):
                assert node.attr not in PASSED_OVER, place
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("skipif"):
                assert ast.unparse(node.args[0]).startswith("sys.platform"), place
