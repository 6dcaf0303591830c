-- Orders, units and profit of each year, by sales channel.
SELECT
    year(order_date) AS order_year,
    sales_channel,
    count(*) AS orders,
    sum(units_sold) AS units_sold,
    sum(total_profit) AS total_profit
FROM gold_sales
GROUP BY year(order_date), sales_channel
ORDER BY order_year, sales_channel
