-- What each item type brings, and how much of its revenue is profit, the best margin first.
SELECT
    item_type,
    sum(units_sold) AS units_sold,
    sum(total_revenue) AS total_revenue,
    sum(total_profit) AS total_profit,
    round(100 * CAST(sum(total_profit) AS double) / nullif(sum(total_revenue), 0), 1) AS margin_percent
FROM gold_sales
GROUP BY item_type
ORDER BY margin_percent DESC, item_type
