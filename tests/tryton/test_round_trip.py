"""A live Tryton: its tables pulled, a plan made, its lines ordered there, each of them once.

Its environment is that of `make tryton`, which makes the seeded database too.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from api.connectors.service import Service, ask
from api.connectors.tryton import MARK, synchronize
from api.connectors.tryton_rest import Tryton
from domain.errors import UnavailableError
from planning.store.service.records import State
from tests.failures.processes import PATIENCE_SECONDS, ROOT, SERVER, Processes, free_port

ENVIRONMENT = ROOT / ".venv-tryton"
SKUS = {"A-100", "B-200"}

pytestmark = pytest.mark.elsewhere


@pytest.fixture
def erp(tmp_path: Path) -> Iterator[Tryton]:
    """Tryton at work on a copy of the seeded database."""
    port = free_port()
    (tmp_path / "db").mkdir()
    shutil.copy(ENVIRONMENT / "seeded" / "erp.sqlite", tmp_path / "db")
    configuration = tmp_path / "trytond.conf"
    configuration.write_text(
        f"[database]\nuri = sqlite://\npath = {tmp_path / 'db'}\n"
        f"[web]\nlisten = 127.0.0.1:{port}\n",
        encoding="utf-8",
    )
    with (tmp_path / "tryton.log").open("wb") as log:
        process = subprocess.Popen(
            [ENVIRONMENT / "bin" / "trytond", "-c", configuration, "-d", "erp"],
            stdout=log,
            stderr=log,
        )
    made = Tryton(
        f"http://127.0.0.1:{port}/erp", (ENVIRONMENT / "seeded" / "key").read_text().strip()
    )
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                made.find("company.company", ["currency"])
                break
            except UnavailableError:
                assert time.monotonic() < until, (tmp_path / "tryton.log").read_text()
                assert process.poll() is None, (tmp_path / "tryton.log").read_text()
                time.sleep(0.2)
        yield made
    finally:
        process.kill()
        process.wait()


def released(running: Processes) -> dict[str, float]:
    """Units of the lines of a new plan, by sku, all of them released."""
    with running.client() as planner:
        place = planner.post("/v1/plans", json={}).headers["location"]
        while (plan := planner.get(place).json())["state"] == "requested":
            time.sleep(0.1)
        assert plan["state"] == "published", plan["error"]
        lines = planner.get(f"{place}/lines").json()["items"]
        if lines:
            items = [{"id": line["id"], "action": "approve"} for line in lines]
            planner.post(f"{place}/decisions", json={"items": items})
            assert planner.post(f"{place}/release", json={}).json()["failed"] == 0
        return {line["sku"]: line["quantity"] for line in lines}


def purchases(erp: Tryton) -> list[dict[str, float]]:
    """What was ordered by every purchase: units by sku."""
    fields = ("reference", "lines.product.code", "lines.quantity", "lines.note", "state")
    found = erp.find("purchase.purchase", fields)
    for purchase in found:
        notes = [line["note"].removeprefix(MARK) for line in purchase["lines"]]
        assert purchase["reference"] == MARK + " ".join(notes)
    return [
        {line["product"]["code"]: line["quantity"] for line in purchase["lines"]}
        for purchase in found
    ]


class Deaf(Service):
    """The service, whose ear for acknowledgements is lost."""

    def acknowledge(self, orders: Mapping[str, str]) -> None:
        assert orders
        raise UnavailableError("the line is cut", self.url, "Try again.")


def test_the_round_trip_twice_with_a_lost_acknowledgement_orders_each_line_once(
    erp: Tryton, tmp_path: Path
) -> None:
    with Processes(tmp_path / "work", f"sqlite:///{tmp_path}/restock.db") as running:
        running.start(SERVER, served=())
        running.wait_ready()
        service = Service(running.url, running.key)
        first = synchronize(erp, service)
        assert first == {
            "purchases": 0, "suppliers": 1, "item_suppliers": 2, "items": 2, "sales": 16,
            "stock": 2, "open_orders": 0,
        }  # fmt: skip

        wanted = released(running)
        assert set(wanted) == SKUS
        with pytest.raises(UnavailableError):
            synchronize(erp, Deaf(running.url, running.key))
        assert purchases(erp) == [wanted]
        again = synchronize(erp, service)
        assert (again["purchases"], again["open_orders"]) == (0, 2)
        assert purchases(erp) == [wanted]
        assert released(running) == {}
        assert synchronize(erp, service) == again

        (purchase,) = erp.find("purchase.purchase", ["state"])
        cancel = f"{erp.url}/rest/model/purchase.purchase/{purchase['id']}/cancel"
        ask("POST", cancel, erp.key, {})
        assert synchronize(erp, service)["open_orders"] == 0
        assert released(running) == wanted
        assert synchronize(erp, service)["purchases"] == 1
        assert synchronize(erp, service)["purchases"] == 0
        assert purchases(erp) == [wanted, wanted]
        with running.store() as store:
            lines = store.changes(99).items
        assert {line.state for line in lines} == {State.ACKNOWLEDGED}
        orders = {str(one["id"]) for one in erp.find("purchase.purchase", ["state"])}
        assert {line.erp_order_id for line in lines} == orders
