"""The columns of the clean sales, what clean writes and repartition reads, and where both put their metrics."""

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
