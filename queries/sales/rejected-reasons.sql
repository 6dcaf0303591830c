-- Why rows were rejected, with one of them as an example.
SELECT
    reason,
    count(*) AS number_of_rows,
    min(raw_line) AS example
FROM silver_sales_rejected
GROUP BY reason
ORDER BY number_of_rows DESC, reason
