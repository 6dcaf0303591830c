-- How many rows each stage holds: raw = silver + rejected + exact duplicates.
SELECT 'raw_sales' AS table_name, count(*) AS number_of_rows FROM raw_sales
UNION ALL
SELECT 'silver_sales', count(*) FROM silver_sales
UNION ALL
SELECT 'silver_sales_rejected', count(*) FROM silver_sales_rejected
UNION ALL
SELECT 'gold_sales', count(*) FROM gold_sales
