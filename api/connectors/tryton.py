"""Tryton: its tables into the service, released lines into draft purchases.

Speaks Tryton's REST interface (a user application `rest` and its key). A purchase holds the ids
of its recommendations in `reference`, each of its lines the own one in `note`: what was ordered
is looked for there before anything is ordered, so that an acknowledgement that was lost makes no
second order. One run at a time: `restock connect tryton`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from api.connectors.service import Row, Service
from api.connectors.tryton_rest import Tryton, date, decimal
from domain.errors import NotFoundError

MARK = "restock "
SOLD = ["confirmed", "processing", "done"]
ORDERED = ["quotation", "confirmed", "processing"]
GOODS = [["template.type", "=", "goods"], ["template.code", "!=", None]]


def synchronize(erp: Tryton, service: Service) -> dict[str, int]:
    """Order what was released, then tell the service all there is; rows by table, and orders."""
    done = {"purchases": order(erp, service)}
    taken_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for table, rows in (
        ("suppliers", suppliers(erp)),
        ("item_suppliers", offers(erp)),
        ("items", items(erp)),
        ("sales", sales(erp)),
    ):
        service.post(table, rows)
        done[table] = len(rows)
    for table, rows in (("stock", stock(erp)), ("open_orders", open_orders(erp))):
        service.post_snapshot(table, rows, taken_at)
        done[table] = len(rows)
    return done


def order(erp: Tryton, service: Service) -> int:
    """A draft purchase for each supplier and warehouse of released lines; the number of new ones.

    What a purchase names already is acknowledged, and not ordered again.
    """
    released = {str(line["id"]): line for line in service.released()}
    known = ordered(erp)
    waiting: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for id, line in released.items():
        if id not in known:
            waiting[line["supplier"], line["location"]].append(line)
    for (supplier, location), lines in sorted(waiting.items()):
        purchase = erp.create("purchase.purchase", _purchase(erp, supplier, location, lines))
        known |= {str(line["id"]): str(purchase) for line in lines}
    service.acknowledge({id: known[id] for id in released})
    return len(waiting)


def ordered(erp: Tryton) -> dict[str, str]:
    """The purchase that each recommendation has become, whatever its state is now."""
    found = erp.find("purchase.purchase", ["reference"], [["reference", "like", f"{MARK}%"]])
    return {
        id: str(purchase["id"])
        for purchase in found
        for id in purchase["reference"].removeprefix(MARK).split()
    }


def _purchase(erp: Tryton, supplier: str, location: str, lines: Sequence[Row]) -> Row:
    """A draft purchase of some lines as Tryton takes it."""
    party = _one(erp, "party.party", "code", supplier)
    warehouse = next((w for w in _warehouses(erp) if _place(w) == location), None)
    if warehouse is None:
        raise NotFoundError(f"there is no warehouse {location!r}", erp.url, "Give it that code.")
    company = erp.find("company.company", ["currency"], [["id", "=", erp.company]])[0]
    made = []
    for line in lines:
        product = _one(erp, "product.product", "code", line["sku"], "default_uom")
        made.append(
            {
                "type": "line",
                "product": product["id"],
                "quantity": line["quantity"],
                "unit": product["default_uom"],
                "unit_price": decimal(line["line"].get("unit_cost") or 0.0),
                "delivery_date_edit": True,
                "delivery_date_store": date(line["due_on"]),
                "note": MARK + str(line["id"]),
            }
        )
    return {
        "company": erp.company,
        "party": party["id"],
        "warehouse": warehouse["id"],
        "currency": company["currency"],
        "reference": MARK + " ".join(str(line["id"]) for line in lines),
        "lines": [["create", made]],
    }


def items(erp: Tryton) -> list[Row]:
    """Products with a code; the supplier is the first that is listed."""
    supplied: dict[str, str] = {}
    for offer in offers(erp):
        supplied.setdefault(offer["sku"], offer["supplier"])
    fields = ("code", "rec_name", "cost_price", "template.list_price", "default_uom.symbol")
    return [
        _known(
            sku=product["code"],
            description=product["rec_name"],
            supplier=supplied.get(product["code"]),
            unit=product["default_uom"]["symbol"],
            unit_cost=product["cost_price"],
            unit_price=product["template"]["list_price"],
        )
        for product in erp.find("product.product", fields, GOODS)
    ]


def offers(erp: Tryton) -> list[Row]:
    """What suppliers ask for products, by quantity."""
    codes: dict[int, list[str]] = defaultdict(list)
    for product in erp.find("product.product", ["code", "template"], GOODS):
        codes[product["template"]].append(product["code"])
    rows: list[Row] = []
    for offer in _offers(erp):
        for price in offer["prices"] or [{"quantity": 0.0, "unit_price": None}]:
            rows += [
                _known(
                    sku=sku,
                    supplier=offer["party"]["code"],
                    from_quantity=price["quantity"] or 0.0,
                    unit_cost=price["unit_price"],
                    lead_time_days=_days(offer["lead_time"]),
                )
                for sku in codes[offer["template"]]
            ]
    return rows


def suppliers(erp: Tryton) -> list[Row]:
    """Parties that offer something; the lead time is the longest of their offers."""
    longest: dict[str, int] = {}
    for offer in _offers(erp):
        days = _days(offer["lead_time"]) or 0
        code = offer["party"]["code"]
        longest[code] = max(days, longest.get(code, 0))
    return [{"supplier": code, "lead_time_days": days} for code, days in longest.items()]


def _offers(erp: Tryton) -> list[Any]:
    fields = ("party.code", "template", "lead_time", "prices.quantity", "prices.unit_price")
    return erp.find("purchase.product_supplier", fields)


def stock(erp: Tryton) -> list[Row]:
    """What is on hand in each warehouse today."""
    today = dt.date.today().isoformat()
    rows: list[Row] = []
    for place in _warehouses(erp):
        context = {"locations": [place["id"]], "stock_date_end": date(today)}
        for product in erp.find("product.product", ["code", "quantity"], GOODS, **context):
            row = {"sku": product["code"], "location": _place(place), "date": today}
            rows.append({**row, "on_hand": product["quantity"] or 0.0})
    return rows


def sales(erp: Tryton) -> list[Row]:
    """Units sold and returned, by product, warehouse and day of the sale."""
    fields = ("quantity", "product.code", "sale.sale_date", "sale.warehouse.code",
              "sale.warehouse.name", "unit.factor", "product.default_uom.factor")  # fmt: skip
    where = [["sale.state", "in", SOLD], ["type", "=", "line"], ["product", "!=", None]]
    sold: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for line in erp.find("sale.line", fields, where):
        sale, product = line["sale"], line["product"]
        if product["code"] and sale["warehouse"]:
            units = line["quantity"] * line["unit"]["factor"] / product["default_uom"]["factor"]
            at = (product["code"], _place(sale["warehouse"]), sale["sale_date"])
            sold[at][units < 0] += abs(units)
    return [
        {"sku": sku, "location": place, "date": day, "units_sold": out, "units_returned": back}
        for (sku, place, day), (out, back) in sorted(sold.items())
    ]


def open_orders(erp: Tryton) -> list[Row]:
    """Lines on their way: of purchases that were sent, and of ours that are still drafts."""
    fields = (
        *("product.code", "quantity", "delivery_date", "note", "unit_price"),
        *("purchase.party.code", "purchase.state", "purchase.purchase_date"),
        *("purchase.warehouse.code", "purchase.warehouse.name", "moves.quantity", "moves.state"),
    )
    where = [["purchase.state", "in", ["draft", *ORDERED]], ["product", "!=", None]]
    rows: list[Row] = []
    for line in erp.find("purchase.line", fields, where):
        purchase, note = line["purchase"], line["note"] or ""
        id = note.removeprefix(MARK) if note.startswith(MARK) else None
        if not line["product"]["code"] or (purchase["state"] == "draft" and id is None):
            continue
        came = sum(move["quantity"] for move in line["moves"] if move["state"] == "done")
        rows.append(
            _known(
                order_id=str(purchase["id"]),
                line_id=str(line["id"]),
                sku=line["product"]["code"],
                location=_place(purchase["warehouse"]),
                quantity=line["quantity"],
                quantity_received=came,
                due_on=line["delivery_date"] or dt.date.today().isoformat(),
                ordered_on=purchase["purchase_date"],
                supplier=purchase["party"]["code"],
                unit_cost=line["unit_price"],
                recommendation_id=id,
            )
        )
    return rows


def _warehouses(erp: Tryton) -> list[Any]:
    return erp.find("stock.location", ["code", "name"], [["type", "=", "warehouse"]])


def _place(warehouse: Row) -> str:
    """What a warehouse is called: its code, else its name."""
    return str(warehouse["code"] or warehouse["name"])


def _one(erp: Tryton, model: str, field: str, value: str, *fields: str) -> Any:
    """The record of which a field has a value."""
    found = erp.find(model, [field, *fields], [[field, "=", value]])
    if not found:
        raise NotFoundError(f"there is no {model} with {field} {value!r}", erp.url, "Make one.")
    return found[0]


def _known(**values: Any) -> Row:
    """A row without what Tryton does not know."""
    return {name: value for name, value in values.items() if value is not None}


def _days(lead_time: float | None) -> int | None:
    """Whole days out of Tryton's seconds."""
    return None if lead_time is None else round(lead_time / 86_400)
