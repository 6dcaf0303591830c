-- Total profit of each region.
SELECT
    region,
    count(*) AS orders,
    sum(total_profit) AS total_profit
FROM gold_sales
GROUP BY region
ORDER BY total_profit DESC
