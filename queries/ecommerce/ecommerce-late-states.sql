-- The states whose deliveries come late most often, of those with any delivery.
SELECT customer_state,
       sum(orders) AS orders,
       sum(late_orders) AS late,
       round(100.0 * sum(late_orders) / sum(delivered_orders), 1) AS late_percent,
       round(1.0 * sum(delivery_days_sum) / sum(delivered_orders), 1) AS mean_days
FROM ecommerce_spec.delivery_by_state
GROUP BY customer_state
HAVING sum(delivered_orders) > 0
ORDER BY late_percent DESC, customer_state
LIMIT 5;
