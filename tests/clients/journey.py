"""From sales to an acknowledged order, with the client that openapi-python-client made.

Told: the service's address, a key, and the order's number in the ERP. Writes the line's id and
state as JSON.
"""

import json
import sys
import time

from restock_client import AuthenticatedClient
from restock_client.api.lines import decide_lines, list_lines, release_lines
from restock_client.api.plans import get_plan, request_plan
from restock_client.api.recommendations import acknowledge_recommendations, list_recommendations
from restock_client.api.tables import post_rows
from restock_client.models import (
    Acknowledgement,
    Acknowledgements,
    Decision,
    DecisionAction,
    Decisions,
    PlanOrder,
    PostRowsTable,
    Release,
    Rows,
    RowsRowsItem,
    State,
)

PAUSE_SECONDS = 0.2
TABLES = {
    PostRowsTable.SALES: [
        {"sku": "A-100", "date": f"2024-{month:02d}-01", "units_sold": 20 + month % 3}
        for month in range(1, 13)
    ],
    PostRowsTable.ITEMS: [{"sku": "A-100", "unit_cost": 4.5, "supplier": "Acme"}],
    PostRowsTable.SUPPLIERS: [{"supplier": "Acme", "lead_time_days": 20, "review_period_days": 30}],
    PostRowsTable.STOCK: [{"sku": "A-100", "on_hand": 3}],
}


def journey(client: AuthenticatedClient, order: str) -> dict[str, str]:
    """The whole way; a client of a wrong document stops it with an AttributeError."""
    for table, rows in TABLES.items():
        body = Rows([RowsRowsItem.from_dict(row) for row in rows])
        written = post_rows.sync(table, client=client, body=body, idempotency_key=f"{table}-1")
        assert written.version > 0
    plan = request_plan.sync(client=client, body=PlanOrder(), idempotency_key="plan-1")
    while plan.state == "requested":
        time.sleep(PAUSE_SECONDS)
        plan = get_plan.sync(plan.id, client=client)
    assert plan.summary["gap"] >= 0
    (line,) = list_lines.sync(plan.id, client=client).items
    decisions = Decisions([Decision(line.id, DecisionAction.APPROVE, if_match=line.change)])
    assert decide_lines.sync(plan.id, client=client, body=decisions).failed == 0
    assert release_lines.sync(plan.id, client=client, body=Release()).failed == 0
    (waiting,) = list_recommendations.sync(client=client, state=[State.RELEASED]).items
    told = Acknowledgements([Acknowledgement(waiting.id, erp_order_id=order)])
    (done,) = acknowledge_recommendations.sync(client=client, body=told).items
    return {"line": done.id, "state": done.recommendation.state}


if __name__ == "__main__":
    url, key, order = sys.argv[1:]
    print(json.dumps(journey(AuthenticatedClient(base_url=url, token=key), order)))
