"""`summary.json`: the plan in numbers, for machines."""

from __future__ import annotations

from typing import Any

from optimization.problem import Solution
from planning.calibration import told
from planning.expected_waste import ages, waste_cost
from planning.measures import measures
from planning.plan import Plan
from planning.report.adjustments import adjustment_records
from planning.report.headline import headline
from planning.report.how_forecast import told_of_forecast
from planning.report.limits import limit_records
from planning.report.projected import projected
from planning.steps import Steps


def relative_gap(solution: Solution) -> float:
    """How far the plan may be from the best one, as a share of its cost."""
    scale = max(abs(solution.objective), 1e-12)
    return max(0.0, (solution.objective - solution.bound) / scale)


def _waste(plan: Plan) -> dict[str, Any]:
    """What is expected to grow too old, where anything can."""
    if not ages(plan.situation):
        return {}
    units = plan.decision.outlook.expected_waste
    value = units * waste_cost(plan.situation)
    return {
        "expected_waste": {
            "units": round(float(units.sum()), 4),
            "value": round(float(value.sum()), 4),
        }
    }


def summarize(plan: Plan, steps: Steps) -> dict[str, Any]:
    """Everything `summary.json` holds but the list of files. No NaN: unknown is null."""
    situation, solution = plan.situation, plan.decision.solution
    history, adjusted = situation.history, situation.adjustments
    return {
        "plan_id": plan.plan_id,
        "as_of": str(situation.as_of),
        "dataset": situation.name,
        "bucket": situation.calendar.bucket.value,
        "calibration": told(plan.calibration),
        "currency": str(situation.terms.frame["currency"].iloc[0]),
        "headline": headline(plan),
        "series": situation.series,
        "horizon_days": situation.horizon_days,
        "order_lines": len(plan.orders),
        "order_value": round(float(plan.orders["order_value"].sum()), 4),
        "saving": round(float(plan.orders["saving"].sum()), 4),
        "exceptions": {
            str(kind): int(count)
            for kind, count in plan.exceptions["kind"].value_counts().sort_index().items()
        },
        **_waste(plan),
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": relative_gap(solution),
        "status": solution.status,
        "kpis": {
            m.name: {"now": m.now, "projected": m.projected, "unit": m.unit}
            for m in measures(situation, plan.decision, plan.projection)
        },
        "projected": projected(plan.projection, len(plan.limits) > 0),
        **({"limits": limit_records(plan.limits)} if len(plan.limits) else {}),
        **({"adjustments": changes} if (changes := adjustment_records(adjusted)) else {}),
        **told_of_forecast(situation.forecast),
        "history": {
            name: float(history[name].sum())
            for name in history.columns
            if name not in ("sku", "location")
        },
        "defaults": [
            {"column": f.column, "value": f.value, "count": f.count, "why": f.why}
            for f in situation.terms.filled
        ],
        "notes": [{"table": n.table, "sentence": n.sentence} for n in situation.dataset.notes],
        "settings": situation.dataset.settings.model_dump(mode="json"),
        "steps": steps.taken,
    }
