"""Each bad input of DESIGN §3: the files, and the words its message must hold."""

from __future__ import annotations

import gzip

HEADER = "sku,location,date,units_sold\n"
GOOD = HEADER + "a,x,2024-01-01,1\n"
TEA = GOOD + "绿茶一号,x,2024-01-02,1\n"
ADJUSTED = "sku,category,starts_on,ends_on,how,value\n"
LONG = HEADER + "".join(f"a{i},x,2024-01-01,{i}\n" for i in range(50_000))

Files = dict[str, str | bytes]
CASES: dict[str, tuple[Files, tuple[str, ...]]] = {
    "semicolons": (
        {"sales.csv": GOOD.replace(",", ";")},
        ("separated by semicolons", "line 1", "commas"),
    ),
    "tabs": ({"sales.csv": GOOD.replace(",", "\t")}, ("separated by tabs",)),
    "decimal commas in quotes": (
        {"sales.csv": GOOD + 'b,x,2024-01-01,"1,5"\n'},
        ("line 3, column units_sold: '1,5' has a comma", "decimal point"),
    ),
    "decimal commas without quotes": (
        {"sales.csv": GOOD + "b,x,2024-01-01,1,5\n"},
        ("line 3", "has 5 cells, and the header 4", "decimal points"),
    ),
    "a short line": ({"sales.csv": GOOD + "b,x\n"}, ("line 3", "has 2 cells, and the header 4")),
    "western encoding": (
        {"sales.csv": (GOOD + "café noir,x,2024-01-02,1\n").encode("latin-1")},
        ("not written in utf-8", "line 3", 'encoding = "cp1252"'),
    ),
    "chinese encoding": (
        {"sales.csv": TEA.encode("gb18030")},
        ("not written in utf-8", "line 3", 'encoding = "gb18030"'),
    ),
    "utf-16": ({"sales.csv": TEA.encode("utf-16")}, ("not written in utf-8", '"utf-16"')),
    "wrong encoding in the settings": (
        {
            "sales.csv": GOOD.encode() + b"\x81\x8d,x,2024-01-02,1\n",
            "settings.toml": 'encoding = "cp1252"',
        },
        ("not written in cp1252", "line 3", "encoding"),
    ),
    "unknown encoding": (
        {"sales.csv": GOOD, "settings.toml": 'encoding = "klingon"'},
        ("no such encoding", "utf-8"),
    ),
    "an empty file": ({"sales.csv": ""}, ("sales.csv is empty", "column names")),
    "only a header": ({"sales.csv": HEADER}, ("the sales table has no rows",)),
    "a column twice": (
        {"sales.csv": GOOD.replace("location", "sku")},
        ("'sku' stands more than once", "line 1"),
    ),
    "a header in capitals": (
        {"sales.csv": GOOD.replace("sku", "SKU ")},
        ("'SKU ' is not called 'sku'", "Rename it to 'sku'"),
    ),
    "an optional header in capitals": (
        {"sales.csv": GOOD.replace("location", "Location")},
        ("'Location' is not called 'location'",),
    ),
    "a header with blanks": (
        {"sales.csv": GOOD.replace("units_sold", "Units Sold")},
        ("Rename it to 'units_sold'",),
    ),
    "a header nearly right": (
        {"sales.csv": GOOD.replace("units_sold", "unit_sold")},
        ("has no column 'units_sold'", "Rename 'unit_sold' to 'units_sold'"),
    ),
    "a column missing": (
        {"sales.csv": "sku,date\na,2024-01-01\n"},
        ("has no column 'units_sold'", "found 'sku', 'date'", "Add 'units_sold'"),
    ),
    "a broken gzip": ({"sales.csv.gz": b"\x1f\x8b\x08rubbish"}, ("cannot be unpacked", "gzip")),
    "a gzip that breaks off": (
        {"sales.csv.gz": gzip.compress(LONG.encode())[:-5000]},
        ("cannot be unpacked", "breaks off"),
    ),
    "a broken parquet": ({"sales.parquet": b"PAR1rubbish"}, ("cannot be read as Parquet",)),
    "a broken xlsx": ({"sales.xlsx": b"PK\x03\x04rubbish"}, ("cannot be read as XLSX",)),
    "an old workbook": ({"sales.xlsx": b"\xd0\xcf\x11\xe0rubbish"}, ("old .xls", "password")),
    "a table in two files": (
        {"sales.csv": GOOD, "sales.csv.gz": gzip.compress(GOOD.encode())},
        ("two files for the table sales", "sales.csv and sales.csv.gz"),
    ),
    "no sales": (
        {"verkauf.csv": GOOD, "items.csv": "sku\na\n"},
        ("has no sales table", "found items, verkauf.csv", "Put sales.csv"),
    ),
    "an empty folder": ({}, ("has no sales table", "found no tables")),
    "a table in capitals": ({"Sales.csv": GOOD}, ("'Sales.csv' is not called 'sales'",)),
    "a quotation mark left open": (
        {"sales.csv": GOOD + '"b,x,2024-01-01,1\nc,x,2024-01-01,1\n'},
        ("line 3", "quotation mark left open"),
    ),
    "a duplicate key": (
        {"sales.csv": GOOD + "b,x,2024-01-01,1\na,x,2024-01-01,4\n"},
        ("line 4", "stands twice, first on line 2", "a, x, 2024-01-01"),
    ),
    "a key twice but for blanks": (
        {"sales.csv": GOOD + "a ,x,2024-01-01,4\n"},
        ("line 3", "stands twice, first on line 2"),
    ),
    "lines after a cell with a line break": (
        {"sales.csv": HEADER + '"a\nb",x,2024-01-01,1\n\nc,x,2024-02-30,1\n'},
        ("line 5, column date: '2024-02-30'",),
    ),
    "lines after empty rows": (
        {"sales.csv": HEADER + ",,,\na,x,2024-01-01,1\n,,,\nc,x,2024-02-30,1\n"},
        ("line 5, column date: '2024-02-30'",),
    ),
    "a key twice after empty rows": (
        {"sales.csv": HEADER + ",,,\nb,x,2024-01-01,1\na,x,2024-01-01,1\n,,,\na,x,2024-01-01,2\n"},
        ("line 6", "stands twice, first on line 4"),
    ),
    "an unknown sku in stock after an empty row": (
        {"sales.csv": GOOD, "stock.csv": "sku,on_hand\n,\nzz,4\na,1\n"},
        ("stock.csv, line 3, column sku: 'zz'",),
    ),
    "an unknown sku in stock": (
        {"sales.csv": GOOD, "stock.csv": "sku,on_hand\nzz,4\n"},
        ("stock.csv, line 2, column sku: 'zz' is a sku in neither sales nor items",),
    ),
    "an unknown sku in linear_limit_weights": (
        {"sales.csv": GOOD, "linear_limit_weights.csv": "limit,sku\ncrates,zz\n"},
        ("linear_limit_weights.csv, line 2, column sku: 'zz' is a sku in neither sales nor items",),
    ),
    "an unknown location in linear_limit_weights": (
        {"sales.csv": GOOD, "linear_limit_weights.csv": "limit,sku,location\ncrates,a,moon\n"},
        ("linear_limit_weights.csv, line 2, column location: 'moon' is a location in none of",),
    ),
    "an unknown sku in promotions": (
        {"sales.csv": GOOD, "promotions.csv": "sku,starts_on,ends_on\nzz,2024-01-02,2024-01-03\n"},
        ("promotions.csv, line 2, column sku: 'zz' is a sku in neither sales nor items",),
    ),
    "an unknown category in promotions": (
        {
            "sales.csv": GOOD,
            "promotions.csv": "category,starts_on,ends_on\ntea,2024-01-02,2024-01-03\n",
        },
        ("promotions.csv, line 2, column category: 'tea' is the category of no item",),
    ),
    "a promotion of a sku and a category": (
        {
            "sales.csv": GOOD,
            "items.csv": "sku,category\na,tea\n",
            "promotions.csv": "sku,category,starts_on,ends_on\na,tea,2024-01-02,2024-01-03\n",
        },
        ("promotions.csv, line 2", "of a sku, of a category, or of all"),
    ),
    "a promotion that ends before it begins": (
        {"sales.csv": GOOD, "promotions.csv": "starts_on,ends_on\n2024-02-01,2024-01-01\n"},
        ("promotions.csv, line 2, column ends_on", "lies before starts_on"),
    ),
    "an unknown sku in customer_orders": (
        {
            "sales.csv": GOOD,
            "customer_orders.csv": "order_id,sku,ordered_on,ship_on,quantity\n"
            "1,zz,2024-01-01,2024-02-01,2\n",
        },
        ("customer_orders.csv, line 2, column sku: 'zz'",),
    ),
    "more shipped than ordered": (
        {
            "sales.csv": GOOD,
            "customer_orders.csv": "order_id,sku,ordered_on,ship_on,quantity,quantity_shipped\n"
            "1,a,2024-01-01,2024-02-01,2,3\n",
        },
        ("'2' is less than quantity_shipped",),
    ),
    "a receipt before its order": (
        {
            "sales.csv": GOOD,
            "receipts.csv": "order_id,sku,ordered_on,received_on,quantity\n"
            "1,a,2024-01-03,2024-01-02,2\n",
        },
        ("receipts.csv, line 2, column received_on", "lies before ordered_on"),
    ),
    "negative stock": (
        {"sales.csv": GOOD, "stock.csv": "sku,on_hand\na,-4\n"},
        ("'-4' is below 0", "negative_stock"),
    ),
    "an unknown supplier": (
        {
            "sales.csv": GOOD,
            "items.csv": "sku,supplier\na,nobody\n",
            "suppliers.csv": "supplier,lead_time_days\nacme,3\n",
        },
        ("items.csv, line 2", "'nobody' is a supplier that neither suppliers"),
    ),
    "a weekday that is none": (
        {"sales.csv": GOOD, "suppliers.csv": "supplier,lead_time_days,order_weekdays\nb,3,189\n"},
        ("'189'", "digits 1 (Monday) to 7"),
    ),
    "an event that ends before it begins": (
        {"sales.csv": GOOD, "events.csv": "event,starts_on,ends_on\ne,2024-02-01,2024-01-01\n"},
        ("events.csv, line 2, column ends_on", "lies before starts_on"),
    ),
    "more received than ordered": (
        {
            "sales.csv": GOOD,
            "open_orders.csv": "order_id,sku,quantity,quantity_received,due_on\n"
            "1,a,2,3,2024-02-01\n",
        },
        ("'2' is less than quantity_received",),
    ),
    "discontinued before it was launched": (
        {
            "sales.csv": GOOD,
            "items.csv": "sku,launched_on,discontinued_on\na,2024-02-01,2024-01-01\n",
        },
        ("'2024-01-01' lies before launched_on",),
    ),
    "a closure of nothing": (
        {"sales.csv": GOOD, "closures.csv": "starts_on,ends_on\n2024-02-01,2024-02-01\n"},
        ("is blank, and so is location",),
    ),
    "dates that are no weeks": (
        {
            "sales.csv": GOOD + "a,x,2024-01-08,1\na,x,2024-01-16,1\n",
            "settings.toml": 'bucket = "week"',
        },
        ("line 4", "'2024-01-16' is no Monday", "bucket = week"),
    ),
    "dates that are no months": (
        {"sales.csv": GOOD + "a,x,2024-02-02,1\n", "settings.toml": 'bucket = "month"'},
        ("'2024-02-02' is not the first of a month",),
    ),
    "dates far off": (
        {"sales.csv": GOOD + "a,x,2024-01-02,1\nb,x,9999-12-31,1\nc,x,1924-01-01,1\n"},
        ("line 4, column date: '9999-12-31' lies ten years or more", "line 5"),
    ),
    "utf-8 where the settings say something else": (
        {"sales.csv": TEA, "settings.toml": 'encoding = "gb18030"'},
        ("is written in UTF-8, and the settings say gb18030", 'encoding = "utf-8"'),
    ),
    "an unknown setting": (
        {"sales.csv": GOOD, "settings.toml": 'buckt = "week"'},
        ("unknown setting 'buckt'", "settings.toml", "'bucket'"),
    ),
    "a setting that cannot be": (
        {"sales.csv": GOOD, "settings.toml": "horizon_buckets = 'x'"},
        ("'horizon_buckets' cannot be 'x'", "settings.toml"),
    ),
    "broken settings": (
        {"sales.csv": GOOD, "settings.toml": "bucket ="},
        ("not valid TOML", "settings.toml"),
    ),
    "an adjustment of an unknown sku": (
        {"sales.csv": GOOD, "adjustments.csv": ADJUSTED + "z,,2024-01-02,2024-01-03,add,1\n"},
        ("adjustments.csv", "line 2, column sku: 'z' is a sku in neither sales nor items"),
    ),
    "an adjustment of an unknown category": (
        {"sales.csv": GOOD, "adjustments.csv": ADJUSTED + ",tee,2024-01-02,2024-01-03,add,1\n"},
        ("column category: 'tee' is the category of no item",),
    ),
    "an adjustment to less than nothing": (
        {"sales.csv": GOOD, "adjustments.csv": ADJUSTED + "a,,2024-01-02,2024-01-03,multiply,-1\n"},
        ("column value: '-1' is below 0",),
    ),
    "an adjustment that ends before it starts": (
        {"sales.csv": GOOD, "adjustments.csv": ADJUSTED + "a,,2024-01-04,2024-01-03,add,1\n"},
        ("column ends_on: '2024-01-03' lies before starts_on",),
    ),
    "an adjustment of an unknown kind": (
        {"sales.csv": GOOD, "adjustments.csv": ADJUSTED + "a,,2024-01-02,2024-01-03,raise,1\n"},
        ("column how: 'raise'", "add"),
    ),
    "an item that replaces an unknown one": (
        {"sales.csv": GOOD, "items.csv": "sku,replaces\nb,z\n"},
        ("items.csv", "line 2, column replaces: 'z' is a sku in neither sales nor items"),
    ),
    "an item that is like an unknown one": (
        {"sales.csv": GOOD, "items.csv": "sku,like\nb,z\n"},
        ("line 2, column like: 'z' is a sku in neither sales nor items",),
    ),
    "an item that replaces itself": (
        {"sales.csv": GOOD, "items.csv": "sku,replaces\na,a\n"},
        ("column replaces: 'a' is the item itself",),
    ),
    "items that replace each other": (
        {"sales.csv": GOOD, "items.csv": "sku,replaces\na,b\nb,a\n"},
        ("line 2, column replaces: 'b' makes a ring", "line 3, column replaces: 'a' makes"),
    ),
    "an item that is replaced twice": (
        {"sales.csv": GOOD, "items.csv": "sku,replaces\nb,a\nc,a\n"},
        ("line 3, column replaces: 'a' is replaced by another item too", "like"),
    ),
    "a bundle of an unknown component": (
        {"sales.csv": GOOD, "bundles.csv": "sku,component,units\nb,z,1\n"},
        ("bundles.csv", "line 2, column component: 'z' is a sku in neither sales nor items"),
    ),
    "a bundle of nothing": (
        {"sales.csv": GOOD, "bundles.csv": "sku,component,units\nb,a,0\n"},
        ("line 2, column units: '0'",),
    ),
    **{
        f"an unknown location in {name}": (
            {"sales.csv": GOOD, f"{name}.csv": f"{header}\n{row}\n"},
            (f"{name}.csv, line 2, column location: 'moon' is a location in none of sales, items",),
        )
        for name, header, row in (
            ("events", "event,location,starts_on,ends_on", "e,moon,2024-01-02,2024-01-03"),
            ("promotions", "sku,location,starts_on,ends_on", "a,moon,2024-01-02,2024-01-03"),
            ("closures", "location,starts_on,ends_on", "moon,2024-01-02,2024-01-03"),
            (
                "adjustments",
                "location,starts_on,ends_on,how,value",
                "moon,2024-01-02,2024-01-03,add,1",
            ),
            (
                "receipts",
                "order_id,sku,location,ordered_on,received_on,quantity",
                "1,a,moon,2024-01-01,2024-01-02,2",
            ),
            (
                "customer_orders",
                "order_id,sku,location,ordered_on,ship_on,quantity",
                "1,a,moon,2024-01-01,2024-02-01,2",
            ),
            ("suppliers", "supplier,location,lead_time_days", "acme,moon,3"),
            ("item_suppliers", "sku,location,supplier", "a,moon,acme"),
        )
    },
    "a transfer from an unknown location": (
        {
            "sales.csv": GOOD,
            "open_orders.csv": "order_id,sku,location,quantity,due_on,kind,from_location\n"
            "1,a,x,2,2024-02-01,transfer,moon\n",
        },
        ("open_orders.csv, line 2, column from_location: 'moon' is a location in none of",),
    ),
    "a watched figure that is none": (
        {"sales.csv": GOOD, "settings.toml": '[[watch]]\nkpi = "turnovr"\nlow = 1'},
        ("'watch[0].kpi' cannot be 'turnovr'", "'turnover'", "settings.toml"),
    ),
    "supplied by nowhere": (
        {"sales.csv": GOOD, "locations.csv": "location,supplied_by\nshop,depot\n"},
        ("locations.csv", "line 2, column supplied_by: 'depot' is a location in none of sales,"),
    ),
    "supplied in a ring": (
        {
            "sales.csv": GOOD,
            "locations.csv": "location,supplied_by\na,b\nb,c\nc,b\nd,d\n",
        },
        (
            "line 3, column supplied_by: 'c' closes a ring: b is supplied by c is supplied by b",
            "line 5, column supplied_by: 'd' closes a ring: d is supplied by d",
            "3 cells",
        ),
    ),
    "bundles of each other": (
        {"sales.csv": GOOD, "bundles.csv": "sku,component,units\nb,a,1\nb,c,1\nc,b,2\n"},
        ("line 3, column component: 'c' is in a ring", "line 4", "2 cells"),
    ),
}
