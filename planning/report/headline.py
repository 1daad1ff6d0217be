"""A plan in a few lines, for a terminal and the top of the page."""

from __future__ import annotations

from planning.expected_waste import ages, waste_cost
from planning.plan import Plan
from planning.report.reasons import amount
from planning.trial import sentence

BELOW_NOTHING = (
    "It is below 0, for it counts what orders save against their first price, and what is left"
    " at the end saves of later orders."
)


def money(plan: Plan, value: float) -> str:
    """A sum with its currency."""
    label = plan.situation.terms.frame["currency"].iloc[0] if plan.situation.series else ""
    return f"{label} {value:,.0f}".strip()


def headline(plan: Plan) -> list[str]:
    """What to order, what it saves, what is at risk, how sure; a line each."""
    orders, exceptions = plan.orders, plan.exceptions
    situation, solution = plan.situation, plan.decision.solution
    sales = len(situation.dataset.tables["sales"])
    lines = [
        f"Plan {plan.plan_id} as of {situation.as_of}:"
        f" {situation.series:,} sku-locations, {sales:,} rows of sales."
    ]
    if situation.dataset.settings.note:
        lines.append(situation.dataset.settings.note)
    if plan.calibration.sentence:
        lines.append(plan.calibration.sentence)
    if situation.trial is not None:
        lines.append(sentence(situation))
    if not situation.stock.there:
        lines.append("No stock is known at this day: stock on hand is taken to be 0 everywhere.")
    if len(orders):
        value, saving = float(orders["order_value"].sum()), float(orders["saving"].sum())
        named = orders["supplier"][orders["supplier"] != ""].nunique()
        source = f" from {named:,} supplier{'s' if named > 1 else ''}" if named else ""
        moved = int((orders["kind"] == "transfer").sum())
        moves = f", {moved:,} of them between locations," if moved else ""
        lines.append(
            f"Order today: {len(orders):,} line{'s' if len(orders) > 1 else ''}{source}{moves}"
            f" worth {money(plan, value)}, saving {money(plan, saving)} of expected cost."
        )
    else:
        lines.append("Order today: nothing.")
    if ages(situation):
        units = plan.decision.outlook.expected_waste
        value = float((units * waste_cost(situation)).sum())
        lines.append(
            f"Expected to grow too old before it is sold: {amount(float(units.sum()))} units worth"
            f" {money(plan, value)}."
        )
    counts = exceptions["kind"].value_counts()
    told = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
    lines.append(f"For a person to look at: {told or 'nothing'}.")
    gap = (solution.objective - solution.bound) / max(abs(solution.objective), 1e-12)
    lines.append(
        f"Expected cost {money(plan, solution.objective)}, {solution.status},"
        f" within {max(gap, 0.0):.2%} of the best possible."
        + (f" {BELOW_NOTHING}" if solution.objective < 0 else "")
    )
    return lines
