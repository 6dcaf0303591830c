-- How much of the revenue of each region comes online.
WITH revenue AS (
    SELECT
        region,
        sum(total_revenue) AS total_revenue,
        sum(CASE WHEN sales_channel = 'Online' THEN total_revenue ELSE 0 END) AS online_revenue
    FROM gold_sales
    GROUP BY region
)
SELECT
    region,
    total_revenue,
    online_revenue,
    round(100 * CAST(online_revenue AS double) / nullif(total_revenue, 0), 1) AS online_percent
FROM revenue
ORDER BY online_percent DESC, region
