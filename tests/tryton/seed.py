"""A small shop in Tryton: two products with a supplier, stock, and some months of sales.

Told: the configuration file. Writes the key of the REST interface.
"""

import datetime as dt
import sys
from decimal import Decimal

from proteus import Model, config
from trytond.modules.company.tests.tools import create_company
from trytond.modules.currency.tests.tools import get_currency

DATABASE = "erp"
MONTHS = 8
PRODUCTS = {"A-100": (Decimal("4.5"), 20, 2), "B-200": (Decimal("50"), 5, 1)}
"""Cost, units a month, units in stock, by code."""
LEAD_TIME = dt.timedelta(days=20)
MADE = {"type": "goods", "purchasable": True, "salable": True}


def months() -> list[dt.date]:
    """The first days of this month and of those before it."""
    this = dt.date.today().replace(day=1)
    found = [this]
    while len(found) < MONTHS:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found[::-1]


def seed() -> str:
    """Make it all; gives the key."""
    create_company(currency=get_currency("EUR"))
    config.get_config()._context = Model.get("res.user").get_preferences(True, {})
    ours = config.get_config()
    ours.skip_warning = True
    Party = Model.get("party.party")
    supplier, customer = Party(name="Acme", code="ACME"), Party(name="Customer")
    for one in (supplier, customer):
        one.save()
    unit = Model.get("product.uom").find([("symbol", "=", "u")])[0]
    products = []
    for code, (cost, _, _) in PRODUCTS.items():
        template = Model.get("product.template")(name=code, code=code, **MADE)
        template.default_uom = unit
        template.list_price = 2 * cost
        template.products[0].cost_price = cost
        template.save()
        offer = Model.get("purchase.product_supplier")(party=supplier, lead_time=LEAD_TIME)
        offer.template = template
        price = offer.prices.new()
        price.quantity, price.unit_price = 0, cost
        offer.save()
        products.append(Model.get("product.product")(template.products[0].id))
    put_in_stock(products)
    sell(customer, products)
    application = Model.get("res.user.application")(application="rest")
    application.user = Model.get("res.user").find([("login", "=", "admin")])[0]
    application.save()
    return str(application.key)


def put_in_stock(products: list) -> None:
    """What is counted in the only warehouse."""
    (storage,) = Model.get("stock.location").find([("code", "=", "STO")])
    inventory = Model.get("stock.inventory")(location=storage)
    for product in products:
        line = inventory.lines.new()
        line.product, line.quantity = product, PRODUCTS[product.code][2]
    inventory.empty_quantity = "keep"
    inventory.save()
    inventory.click("confirm")


def sell(customer: object, products: list) -> None:
    """A sale a month, without its invoices and shipments."""
    (warehouse,) = Model.get("stock.location").find([("type", "=", "warehouse")])
    for place, month in enumerate(months()):
        sale = Model.get("sale.sale")(party=customer, warehouse=warehouse, sale_date=month)
        sale.invoice_method = sale.shipment_method = "manual"
        for product in products:
            line = sale.lines.new()
            line.product, line.quantity = product, PRODUCTS[product.code][1] + place % 3
            line.unit_price = 2 * product.cost_price
        sale.save()
        for step in ("quote", "confirm"):
            sale.click(step)


if __name__ == "__main__":
    config.set_trytond(DATABASE, user="admin", config_file=sys.argv[1])
    print(seed())
