-- Rows of each table that the jobs make.
SELECT 'customer_trusted' AS "table", count(*) AS "rows" FROM stedi.customer_trusted
UNION ALL SELECT 'accelerometer_trusted', count(*) FROM stedi.accelerometer_trusted
UNION ALL SELECT 'customers_curated', count(*) FROM stedi.customers_curated
UNION ALL SELECT 'step_trainer_trusted', count(*) FROM stedi.step_trainer_trusted
UNION ALL SELECT 'machine_learning_curated', count(*) FROM stedi.machine_learning_curated
ORDER BY 1;
