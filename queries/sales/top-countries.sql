-- The three countries with the most profit in each region. Countries with equal profit share a place.
WITH profits AS (
    SELECT
        region,
        country,
        sum(total_profit) AS total_profit
    FROM gold_sales
    GROUP BY region, country
),
places AS (
    SELECT
        region,
        rank() OVER (PARTITION BY region ORDER BY total_profit DESC) AS place,
        country,
        total_profit
    FROM profits
)
SELECT region, place, country, total_profit
FROM places
WHERE place <= 3
ORDER BY region, place, country
