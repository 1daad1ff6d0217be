"""The service as a connector asks it: tables posted, released lines fetched and acknowledged."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from domain.errors import DataError, UnavailableError

Row = Mapping[str, Any]
PAGE = 5000
TIMEOUT_SECONDS = 120.0


def ask(
    method: str, url: str, key: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Any:
    """The JSON that is answered; raises UnavailableError, or DataError for what is refused."""
    told = {"Authorization": f"bearer {key}", "Content-Type": "application/json", **(headers or {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, told, method=method)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        said = error.read(2000).decode("utf-8", "replace")
        what = f"{method} is answered with {error.code}: {said}"
        raise DataError(what, url, "Mend what it names, then run the connector again.") from error
    except OSError as error:
        mend = "See that it runs and can be reached; then run the connector again."
        raise UnavailableError(f"there is no answer: {error}", url, mend) from error


class Service:
    """Restock's HTTP API."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key

    def post(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows in place by their key."""
        for begin in range(0, len(rows), PAGE):
            body = {"rows": list(rows[begin : begin + PAGE])}
            ask("POST", f"{self.url}/v1/tables/{table}", self.key, body)

    def post_snapshot(self, table: str, rows: Sequence[Row], taken_at: str) -> None:
        """Say all there is of `stock` or `open_orders`; `taken_at`: UTC in ISO 8601."""
        address = f"{self.url}/v1/tables/{table}?mode=snapshot&taken_at={taken_at}"
        ask("POST", address, self.key, {"rows": list(rows)})

    def released(self) -> list[Row]:
        """Every line that was released and not yet acknowledged."""
        found: list[Row] = []
        address = f"{self.url}/v1/recommendations?state=released&limit={PAGE}"
        cursor = ""
        while True:
            page = ask("GET", address + cursor, self.key)
            found += [line for line in page["items"] if not line["tombstone"]]
            if len(page["items"]) < PAGE:
                return found
            cursor = f"&cursor={page['next']}"

    def acknowledge(self, orders: Mapping[str, str]) -> None:
        """Say which order of the ERP each line became; saying it again changes nothing."""
        items = [{"id": line, "erp_order_id": order} for line, order in orders.items()]
        for begin in range(0, len(items), PAGE):
            body = {"items": items[begin : begin + PAGE]}
            path = f"{self.url}/v1/recommendations/acknowledgements"
            answer = ask("POST", path, self.key, body)
            for item in answer["items"]:
                if item["problem"] is not None:
                    problem = item["problem"]
                    raise DataError(problem["detail"], item["id"], problem["mend"])
