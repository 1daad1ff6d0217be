"""The one adapter to HiGHS: PuLP models in, values and the solver's own verdict out.

PuLP 3.3 calls an LP that was stopped by its time limit "Optimal"; HiGHS knows better, so its
own model status decides here, and a solution is called optimal only when HiGHS says so. PuLP
states the model; handing it over in one piece, running and reading it is done here, and so is
adding columns to a model that stays in HiGHS (`Standing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from domain.errors import InfeasibleError, PlanError, UnavailableError
from domain.settings import Solver
from domain.terms import Floats, Integers

if TYPE_CHECKING:
    import pulp

TIGHT = 1e-9
"""Absolute gap and feasibility HiGHS is asked for, below any money that matters."""
DUAL, PRIMAL = 1, 4
"""HiGHS's numbers for the two simplex methods."""


class Verdict(StrEnum):
    """What the solver itself says of its answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"  # stopped early with a solution
    NOTHING = "nothing"  # stopped early without one


@dataclass(frozen=True)
class Answer:
    """What a solve ended with; the values are in the model's variables."""

    verdict: Verdict
    objective: float  # money, of the solution; infinite where there is none
    bound: float  # money, no solution costs less


def solve_model(model: pulp.LpProblem, options: Solver) -> Answer:
    """Solve a minimization silently, within the limits of `options`.

    Raises InfeasibleError or PlanError where no solution exists, UnavailableError without HiGHS.
    """
    highs = _loaded(model, options)
    highs.run()
    _check(highs)
    return _read(model, highs)


class SparseColumns(NamedTuple):
    """N columns for a model that is there already, K entries, column by column."""

    cost: Floats  # N
    start: Integers  # N + 1, first entry of each column
    row: Integers  # K, place of the constraint in the order in which they were added
    weight: Floats  # K


class Standing:
    """A linear program of PuLP that stays in HiGHS: solved, changed, and solved on from there.

    Its columns are the model's variables, whose `index` tells where, then those added.
    """

    def __init__(self, model: pulp.LpProblem, options: Solver) -> None:
        """`model` with a bound of 0 or more on every variable; each solve has the time of
        `options` for itself. Raises UnavailableError without HiGHS."""
        self._highs, self._seconds = _loaded(model, options), options.time_limit_seconds
        self._highs.setOptionValue("presolve", "off")  # small, dense, and known from before
        self._highs.setOptionValue("simplex_scale_strategy", 0)  # its numbers are about 1

    def add(self, columns: SparseColumns) -> None:
        """Put columns that are 0 or more after those there are."""
        count = columns.cost.size
        least, most = np.zeros(count), np.full(count, self._highs.inf)
        self._highs.addCols(
            count, columns.cost, least, most, columns.row.size,
            columns.start[:-1].astype(np.int32), columns.row.astype(np.int32), columns.weight,
        )  # fmt: skip

    def price(self, which: Integers, cost: Floats, most: Floats) -> None:
        """Another cost and another upper bound for some columns."""
        places = which.astype(np.int32)
        self._highs.changeColsCost(places.size, places, cost)
        self._highs.changeColsBounds(places.size, places, np.zeros(places.size), most)

    def bound(self, row: int, most: float) -> None:
        """Another right side for constraint `row`, which is one of ≤."""
        self._highs.changeRowBounds(row, -self._highs.inf, most)

    def solve(self, primal: bool = False) -> Solved | None:
        """The optimum; None where time ran out before it was proved.

        `primal`: by primal simplex, which takes half the time where little has changed. Of duals
        that are all right it may give the largest there are: it is for the objective alone.
        Raises InfeasibleError or PlanError where there is no optimum.
        """
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + self._seconds)
        first, other = (PRIMAL, DUAL) if primal else (DUAL, PRIMAL)
        self._run(first)
        for method in (first, other):  # where it did not get on: anew, from nothing
            if not self._is_lost():
                break
            self._highs.clearSolver()
            self._run(method)
        _check(self._highs)
        if not _is_optimal(self._highs):
            return None
        found = self._highs.getSolution()
        objective = float(self._highs.getInfo().objective_function_value)
        return Solved(objective, np.array(found.col_value), np.array(found.row_dual))

    def _run(self, method: int) -> None:
        self._highs.setOptionValue("simplex_strategy", method)
        self._highs.run()

    def _is_lost(self) -> bool:
        from highspy import HighsModelStatus as Status

        return self._highs.getModelStatus() not in (Status.kOptimal, Status.kTimeLimit)


class Solved(NamedTuple):
    """An optimum of a linear program with N columns and M constraints."""

    objective: float
    value: Floats  # N
    dual: Floats  # M, what one more unit of each right side adds to the objective


def _loaded(model: pulp.LpProblem, options: Solver) -> Any:
    """HiGHS with the whole model, all its numbers handed over at once."""
    builder = _builder(options)
    builder.createAndConfigureSolver(model)
    model.solverModel.passModel(_arrays(model))
    return model.solverModel


def _arrays(model: pulp.LpProblem) -> Any:
    """The model as HiGHS keeps it; its variables and constraints learn their places."""
    import highspy

    lp, endless = highspy.HighsLp(), highspy.kHighsInf
    variables, constraints = model.variables(), model.constraints()
    for place, variable in enumerate(variables):
        variable.index = place
    for place, constraint in enumerate(constraints):
        constraint.index = place
    lp.num_col_, lp.num_row_ = len(variables), len(constraints)
    lp.col_cost_ = [float(model.objective.get(variable, 0.0)) for variable in variables]
    lp.col_lower_ = _ends((variable.lowBound for variable in variables), -endless)
    lp.col_upper_ = _ends((variable.upBound for variable in variables), endless)
    if any(variable.isInteger() for variable in variables):
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[variable.isInteger()] for variable in variables]
    lp.row_lower_ = _ends((row.getLb() for row in constraints), -endless)
    lp.row_upper_ = _ends((row.getUb() for row in constraints), endless)
    rows = [
        [(variable.index, float(weight)) for variable, weight in row.items() if weight]
        for row in constraints
    ]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([place for row in rows for place, _ in row], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([weight for row in rows for _, weight in row])
    return lp


def _ends(given: Iterable[float | None], without: float) -> list[float]:
    return [without if end is None else float(end) for end in given]


def _is_optimal(highs: Any) -> bool:
    from highspy import HighsModelStatus as Status

    return bool(highs.getModelStatus() == Status.kOptimal)


def _builder(options: Solver) -> Any:
    """PuLP's in-process HiGHS, silent and reproducible."""
    try:
        import highspy
        import pulp
    except ImportError as error:
        raise UnavailableError(
            "the solver HiGHS is not installed", str(error.name), "Install highspy and pulp."
        ) from error
    if options.threads:  # HiGHS keeps its threads between solves; another number needs new ones
        highspy.Highs.resetGlobalScheduler(True)
    return pulp.HiGHS(
        msg=False,
        timeLimit=options.time_limit_seconds,
        gapRel=options.relative_gap,
        gapAbs=TIGHT,
        threads=options.threads or None,
        random_seed=options.seed,
        mip_feasibility_tolerance=TIGHT,
        primal_feasibility_tolerance=TIGHT,
        dual_feasibility_tolerance=TIGHT,
    )


def _check(highs: Any) -> None:
    """Raise InfeasibleError or PlanError where HiGHS has proved that there is no optimum."""
    from highspy import HighsModelStatus as Status

    status = highs.getModelStatus()
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        raise InfeasibleError("the limits cannot hold together", "reference model", "Relax one.")
    if status == Status.kUnbounded:
        raise PlanError("cost falls without end", "reference model", "Check for negative costs.")


def _read(model: pulp.LpProblem, highs: Any) -> Answer:
    """HiGHS's own model status, objective and bound; values into the model's variables."""
    from highspy import HighsModelStatus as Status

    status = highs.getModelStatus()
    info = highs.getInfo()
    constant = float(model.objective.constant)  # PuLP does not hand it over
    integer = any(variable.isInteger() for variable in model.variables())
    objective, bound = float("inf"), float("-inf")
    if info.primal_solution_status == 2:  # feasible, in HiGHS's numbering
        objective = float(info.objective_function_value) + constant
        values = highs.getSolution().col_value
        for variable in model.variables():
            variable.varValue = float(values[variable.index])
    if integer:
        bound = float(info.mip_dual_bound) + constant
    elif status == Status.kOptimal:
        bound = objective
    if status == Status.kOptimal:
        return Answer(Verdict.OPTIMAL, objective, bound)
    found = Verdict.FEASIBLE if objective < float("inf") else Verdict.NOTHING
    return Answer(found, objective, bound)
