"""Tryton's REST interface: records found and made, and values as it writes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from api.connectors.service import Row, ask

PAGE = 1000


class Tryton:
    """The REST interface of one database of Tryton, for one company."""

    def __init__(self, url: str, key: str, company: int = 1) -> None:
        self.url, self.key, self.company = url.rstrip("/"), key, company

    def find(
        self, model: str, fields: Sequence[str], where: Sequence[Any] = (), **context: Any
    ) -> list[Any]:
        """Every record of a model; without the company in the context prices come back empty."""
        told = {"X-Tryton-Context": packed({"company": self.company, **context})}
        found: list[Any] = []
        while True:
            asked = [("f", name) for name in fields]
            asked += [("d", packed(list(where))), ("o", packed([["id", "ASC"]]))]
            asked += [("s", str(PAGE)), ("p", str(len(found)))]
            address = f"{self.url}/rest/model/{model}?{urlencode(asked)}"
            page = plain(ask("GET", address, self.key, headers=told))
            found += page
            if len(page) < PAGE:
                return found

    def create(self, model: str, values: Row) -> int:
        """A new record; gives its id."""
        told = {"X-Tryton-Context": packed({"company": self.company})}
        made = ask("POST", f"{self.url}/rest/model/{model}", self.key, values, told)
        return int(made["id"])


def packed(value: Any) -> str:
    """A domain or context as Tryton takes it in an address or a header."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def date(day: str) -> Row:
    """An ISO day as Tryton takes it."""
    year, month, number = map(int, day.split("-"))
    return {"__class__": "date", "year": year, "month": month, "day": number}


def decimal(value: float) -> Row:
    """An amount as Tryton takes it."""
    return {"__class__": "Decimal", "decimal": repr(round(value, 4))}


def plain(value: Any) -> Any:
    """A value of Tryton's JSON as ours: days as ISO text, spans as seconds, amounts as numbers."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get("__class__")
    if kind == "Decimal":
        return float(value["decimal"])
    if kind == "timedelta":
        return float(value["seconds"])
    if kind == "date":
        return f"{value['year']:04}-{value['month']:02}-{value['day']:02}"
    return {name: plain(one) for name, one in value.items()}
