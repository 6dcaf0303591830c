-- What was bought on each day, and what became of it.
SELECT anomesdia,
       count(*) AS orders,
       sum(payment_value) AS payment_value,
       count_if(order_status = 'canceled') AS canceled,
       count_if(is_late) AS late,
       sum(late_reviews) AS late_reviews
FROM ecommerce_sot.orders
GROUP BY anomesdia
ORDER BY anomesdia;
