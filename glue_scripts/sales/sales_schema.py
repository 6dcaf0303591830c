"""The contract of the sales: their columns, which the input must have, clean writes and repartition reads.

What else depends on them is held to it by tests: the rules in quality/, and the tables that the crawlers make. Also
where both jobs put their metrics.
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
