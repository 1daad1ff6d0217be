"""Writes `instances.json`: instances that textbooks publish, and their answers by stockpyl.

stockpyl is by the textbook's author (L. V. Snyder, MIT licence); its collected instances name the
example or problem of Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed. Not run by the
tests: see requirements.txt beside this file.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

TEXTBOOK = "Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed."


def eoq(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.eoq import economic_order_quantity

    quantity, cost = economic_order_quantity(**data)
    return {"quantity": quantity, "cost": cost}


def discounts(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.eoq import economic_order_quantity_with_all_units_discounts

    quantity, region, cost = economic_order_quantity_with_all_units_discounts(**data)
    return {"quantity": quantity, "price": region, "cost": cost}


def normal(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.newsvendor import newsvendor_normal

    level, cost = newsvendor_normal(**data)
    return {"level": level, "cost": cost}


def poisson(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.newsvendor import newsvendor_poisson

    level, cost = newsvendor_poisson(**data)
    return {"level": level, "cost": cost}


def discrete(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.newsvendor import newsvendor_discrete

    chances = {int(units): float(share) for units, share in data["demand_pmf"].items()}
    level, cost = newsvendor_discrete(
        data["holding_cost"], data["stockout_cost"], demand_pmf=chances
    )
    return {"level": level, "cost": cost}


def lots(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.wagner_whitin import wagner_whitin

    quantities, cost, _, _ = wagner_whitin(**data)
    return {"quantities": quantities[1:], "cost": cost}


def point_and_lot(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.rq import r_q_eil_approximation

    point, quantity, cost = r_q_eil_approximation(**data)
    return {"reorder_point": point, "quantity": quantity, "cost": cost}


def levels(data: dict[str, Any]) -> dict[str, Any]:
    from stockpyl.ss import s_s_discrete_exact

    point, level, cost = s_s_discrete_exact(
        data["holding_cost"], data["stockout_cost"], data["fixed_cost"], True,
        data["demand_mean"],
    )  # fmt: skip
    return {"reorder_point": point, "order_up_to_level": level, "cost": cost}


WANTED = {
    "economic order quantity": (eoq, ("example_3_1", "problem_3_1")),
    "all-units discounts": (discounts, ("example_3_5", "problem_3_12")),
    "newsvendor, normal": (normal, ("example_4_1", "problem_4_1", "example_4_4")),
    "newsvendor, Poisson": (poisson, ("problem_4_8a",)),
    "newsvendor, discrete": (discrete, ("problem_4_7b",)),
    "Wagner-Whitin": (lots, ("example_3_9", "problem_3_27", "problem_3_29")),
    "(r, Q)": (point_and_lot, ("example_5_1", "problem_5_1", "problem_5_3")),
    "(s, S), Poisson": (levels, ("example_4_7", "problem_4_31")),
}


def main() -> None:
    """Write the file beside this one."""
    from stockpyl.instances import load_instance

    found = [
        {
            "kind": kind,
            "instance": name,
            "source": f"{TEXTBOOK}, {name.replace('_', ' ', 1).replace('_', '.').capitalize()}",
            "data": data,
            "answer": answered(data),
        }
        for kind, (answered, names) in WANTED.items()
        for name in names
        for data in [load_instance(name)]
    ]
    said = f"stockpyl {version('stockpyl')} (MIT licence), stockpyl.instances"
    text = json.dumps(
        {"made_by": said, "instances": found}, indent=1, default=lambda number: number.item()
    )
    Path(__file__).with_name("instances.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
