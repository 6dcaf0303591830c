"""The contract of the sales: their columns, which the input must have, clean writes and repartition reads.

What else depends on them is held to it by tests: the rules in quality/, and the tables that the crawlers make. Also
the tables' names, the columns of the files as they come, and where both jobs put their metrics.
"""

from __future__ import annotations

from lakejobs.schema import Schema

METRICS = "EtlPoc"
"""Namespace in CloudWatch."""

MONEY = "decimal(10,2)"
SALES = Schema(
    {
        "region": "string",
        "country": "string",
        "item_type": "string",
        "sales_channel": "string",
        "order_priority": "string",
        "order_date": "date",
        "order_id": "bigint",
        "ship_date": "date",
        "units_sold": "int",
        "unit_price": MONEY,
        "unit_cost": MONEY,
        "total_revenue": MONEY,
        "total_cost": MONEY,
        "total_profit": MONEY,
    }
)

RAW = Schema(
    {
        "region": "string",
        "country": "string",
        "item type": "string",
        "sales channel": "string",
        "order priority": "string",
        "order date": "string",
        "order id": "bigint",
        "ship date": "string",
        "units sold": "bigint",
        "unit price": "double",
        "unit cost": "double",
        "total revenue": "double",
        "total cost": "double",
        "total profit": "double",
    }
)
"""Of the CSV files, with the names and types that a crawler finds; a text that is none of its type reads as null."""

RAW_TABLE, SILVER_TABLE, GOLD_TABLE = "raw_sales", "silver_sales", "gold_sales"
"""As the crawlers call them: their prefix, and the folder's name."""
PARTITION = "country"
