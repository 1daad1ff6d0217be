"""The one adapter to HiGHS: PuLP models in, values and the solver's own verdict out.

PuLP 3.3 calls an LP that was stopped by its time limit "Optimal"; HiGHS knows better, so its
own model status decides here, and a solution is called optimal only when HiGHS says so. PuLP
builds the HiGHS model; running it and reading it is done here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.errors import InfeasibleError, PlanError, UnavailableError
from domain.settings import Solver

if TYPE_CHECKING:
    import pulp

TIGHT = 1e-9
"""Absolute gap and feasibility HiGHS is asked for, below any money that matters."""


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
    duals: dict[str, float] = field(default_factory=dict)  # per constraint, of an optimal LP


def solve_model(model: pulp.LpProblem, options: Solver, presolve: bool = True) -> Answer:
    """Solve a minimization silently, within the limits of `options`.

    Small dense LPs are solved sooner without `presolve`.

    Raises InfeasibleError or PlanError where no solution exists, UnavailableError without HiGHS.
    """
    builder = _builder(options)
    builder.createAndConfigureSolver(model)
    builder.buildSolverModel(model)
    highs = model.solverModel
    if not presolve:
        highs.setOptionValue("presolve", "off")
    highs.run()
    return _read(model, highs)


def solve_with(model: pulp.LpProblem, name: str, bound: float) -> float:
    """The objective of a solved LP if constraint `name` (≤) had another right side, money.

    Goes on from the solution there is, which is what makes many of these cheap; infinite where
    none is found. The model is as before afterwards.
    """
    highs = model.solverModel
    row = model.get_constraint_by_name(name)
    highs.changeRowBounds(row.index, -highs.inf, bound)
    highs.run()
    found = highs.getInfo().objective_function_value
    optimal = _is_optimal(highs)
    highs.changeRowBounds(row.index, -highs.inf, float(row.getUb()))
    return float(found) + float(model.objective.constant) if optimal else float("inf")


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


def _read(model: pulp.LpProblem, highs: Any) -> Answer:
    """HiGHS's own model status, objective and bound; values into the model's variables."""
    from highspy import HighsModelStatus as Status

    status = highs.getModelStatus()
    info = highs.getInfo()
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        raise InfeasibleError("the limits cannot hold together", "reference model", "Relax one.")
    if status == Status.kUnbounded:
        raise PlanError("cost falls without end", "reference model", "Check for negative costs.")
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
        duals = {} if integer else _duals(model, highs)
        return Answer(Verdict.OPTIMAL, objective, bound, duals)
    found = Verdict.FEASIBLE if objective < float("inf") else Verdict.NOTHING
    return Answer(found, objective, bound)


def _duals(model: pulp.LpProblem, highs: Any) -> dict[str, float]:
    """What one more unit of each constraint's right side adds to the objective, by name."""
    values = highs.getSolution().row_dual
    return {row.name: float(values[row.index]) for row in model.constraints()}
