-- Days from order to shipment by the priority of the order, and how many took more than 30.
WITH shipped AS (
    SELECT
        order_priority,
        date_diff('day', order_date, ship_date) AS days
    FROM gold_sales
)
SELECT
    order_priority,
    count(*) AS orders,
    round(avg(days), 1) AS average_days,
    max(days) AS longest_days,
    round(100 * CAST(count_if(days > 30) AS double) / count(*), 1) AS late_percent
FROM shipped
GROUP BY order_priority
ORDER BY order_priority
