"""What the e-commerce pipeline's tables must hold, worked out by DuckDB from the files of its system of record."""

import duckdb

SOURCES = """
CREATE OR REPLACE TEMP VIEW orders AS SELECT DISTINCT * FROM read_csv('{0}/orders/*.csv', all_varchar = true);
CREATE OR REPLACE TEMP VIEW customers AS SELECT DISTINCT * FROM read_csv('{0}/customers/*.csv', all_varchar = true);
CREATE OR REPLACE TEMP VIEW items AS SELECT DISTINCT * FROM read_csv('{0}/order_items/*.csv', all_varchar = true);
CREATE OR REPLACE TEMP VIEW payments AS
    SELECT DISTINCT * FROM read_csv('{0}/order_payments/*.csv', all_varchar = true);
CREATE OR REPLACE TEMP VIEW reviews AS SELECT DISTINCT * FROM read_csv('{0}/order_reviews/*.csv', all_varchar = true);
CREATE OR REPLACE TEMP VIEW sellers AS SELECT DISTINCT * FROM read_csv('{0}/sellers/*.csv', all_varchar = true);
"""
# Each figure by a subquery of its own, where the job joins what it has grouped.
ORDERS = """
SELECT order_id, customer_id, customer_unique_id, customer_city, customer_state, order_status,
       order_purchase_timestamp || '.000' AS order_purchase_timestamp,
       order_approved_at || '.000' AS order_approved_at,
       order_delivered_carrier_date || '.000' AS order_delivered_carrier_date,
       order_delivered_customer_date || '.000' AS order_delivered_customer_date,
       order_estimated_delivery_date || '.000' AS order_estimated_delivery_date,
       (SELECT count(*) FROM items i WHERE i.order_id = o.order_id) AS items,
       (SELECT count(DISTINCT seller_id) FROM items i WHERE i.order_id = o.order_id) AS sellers,
       (SELECT coalesce(sum(price::decimal(14, 2)), 0) FROM items i WHERE i.order_id = o.order_id)::decimal(14, 2)
           AS items_value,
       (SELECT coalesce(sum(freight_value::decimal(14, 2)), 0) FROM items i WHERE i.order_id = o.order_id)
           ::decimal(14, 2) AS freight_value,
       (SELECT count(*) FROM payments p WHERE p.order_id = o.order_id) AS payments,
       (SELECT string_agg(DISTINCT payment_type, ',' ORDER BY payment_type) FROM payments p
        WHERE p.order_id = o.order_id) AS payment_types,
       (SELECT max(payment_installments::int) FROM payments p WHERE p.order_id = o.order_id) AS payment_installments,
       (SELECT sum(payment_value::decimal(14, 2)) FROM payments p WHERE p.order_id = o.order_id)::decimal(14, 2)
           AS payment_value,
       (SELECT count(*) FROM reviews r WHERE r.order_id = o.order_id) AS reviews,
       (SELECT count(*) FROM reviews r WHERE r.order_id = o.order_id AND
        review_creation_date::date - order_delivered_customer_date::date > 30) AS late_reviews,
       (SELECT review_score FROM reviews r WHERE r.order_id = o.order_id
        ORDER BY review_answer_timestamp DESC LIMIT 1) AS review_score,
       order_delivered_customer_date::date - order_purchase_timestamp::date AS delivery_days,
       order_delivered_customer_date::date - order_estimated_delivery_date::date AS delivery_delay_days,
       order_delivered_customer_date::date > order_estimated_delivery_date::date AS is_late,
       strftime(order_purchase_timestamp::timestamp, '%Y%m%d') AS anomesdia
FROM orders o LEFT JOIN customers c USING (customer_id)
"""
SELLER_PERFORMANCE = """
WITH o AS ({orders}),
     sold AS (
         SELECT seller_id, anomesdia, order_id, order_status, is_late, review_score::int AS score, count(*) AS items,
                sum(i.price::decimal(14, 2)) AS price, sum(i.freight_value::decimal(14, 2)) AS freight
         FROM o JOIN items i USING (order_id) GROUP BY ALL
     )
SELECT seller_id, seller_city, seller_state, count(*) AS orders, sum(items) AS items,
       coalesce(sum(price) FILTER (order_status <> 'canceled'), 0)::decimal(14, 2) AS items_value,
       coalesce(sum(freight) FILTER (order_status <> 'canceled'), 0)::decimal(14, 2) AS freight_value,
       count(*) FILTER (order_status = 'delivered') AS delivered_orders,
       count(*) FILTER (is_late) AS late_orders,
       count(*) FILTER (order_status = 'canceled') AS canceled_orders,
       count(score) AS reviewed_orders, coalesce(sum(score), 0) AS review_score_sum, anomesdia
FROM sold LEFT JOIN sellers USING (seller_id) GROUP BY seller_id, seller_city, seller_state, anomesdia
"""
DELIVERY_BY_STATE = """
SELECT coalesce(customer_state, 'unknown') AS customer_state, count(*) AS orders,
       count(*) FILTER (order_delivered_customer_date IS NOT NULL) AS delivered_orders,
       count(*) FILTER (is_late) AS late_orders, coalesce(sum(delivery_days), 0) AS delivery_days_sum,
       coalesce(sum(delivery_delay_days), 0) AS delivery_delay_days_sum,
       sum(freight_value)::decimal(14, 2) AS freight_value, anomesdia
FROM ({orders}) GROUP BY ALL
"""
QUERIES = {
    "ecommerce_sot.orders": ORDERS,
    "ecommerce_spec.seller_performance": SELLER_PERFORMANCE.format(orders=ORDERS),
    "ecommerce_spec.delivery_by_state": DELIVERY_BY_STATE.format(orders=ORDERS),
}


def answers(folder):
    """For each table its rows as texts, sorted; `null` where there is no value."""
    with duckdb.connect() as engine:
        engine.execute(SOURCES.format(folder))
        return {table: texts(engine.execute(query).fetchall()) for table, query in QUERIES.items()}


def texts(rows):
    return sorted(tuple("null" if value is None else str(value) for value in row) for row in rows)
