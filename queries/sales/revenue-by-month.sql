-- Revenue of each month, beside that of the same month a year before.
WITH months AS (
    SELECT
        date_trunc('month', order_date) AS order_month,
        sum(total_revenue) AS total_revenue
    FROM gold_sales
    GROUP BY date_trunc('month', order_date)
)
SELECT
    months.order_month,
    months.total_revenue,
    past.total_revenue AS year_before,
    round(100 * (CAST(months.total_revenue AS double) / nullif(past.total_revenue, 0) - 1), 1) AS change_percent
FROM months
LEFT JOIN months AS past ON past.order_month = date_add('year', -1, months.order_month)
ORDER BY months.order_month
