-- Why rows were refused, and how many.
SELECT 'inventory' AS "table", reason, count(*) AS "rows" FROM silver_inventory_rejected GROUP BY reason
UNION ALL SELECT 'social', reason, count(*) FROM silver_social_rejected GROUP BY reason
UNION ALL SELECT 'sales', reason, count(*) FROM silver_sales_rejected GROUP BY reason
ORDER BY 1, 2;
