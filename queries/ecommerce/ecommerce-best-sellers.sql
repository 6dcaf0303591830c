-- The five sellers with the largest sales, and what their customers think.
SELECT seller_id,
       seller_state,
       sum(orders) AS orders,
       sum(items_value) AS items_value,
       round(1.0 * sum(review_score_sum) / nullif(sum(reviewed_orders), 0), 2) AS mean_score
FROM ecommerce_spec.seller_performance
GROUP BY seller_id, seller_state
ORDER BY items_value DESC, seller_id
LIMIT 5;
