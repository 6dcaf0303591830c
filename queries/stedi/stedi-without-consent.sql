-- Rows of people without consent; there should be none. A readings table is checked through the customers.
SELECT 'customer_trusted' AS "table", count(*) AS "rows"
FROM stedi.customer_trusted WHERE coalesce(sharewithresearchasofdate, 0) = 0
UNION ALL
SELECT 'accelerometer_trusted', count(*)
FROM stedi.accelerometer_trusted AS readings
LEFT JOIN stedi.customer_trusted AS customers ON customers.email = readings."user"
WHERE customers.email IS NULL
UNION ALL
SELECT 'step_trainer_trusted', count(*)
FROM stedi.step_trainer_trusted AS steps
LEFT JOIN stedi.customers_curated AS customers ON customers.serialnumber = steps.serialnumber
WHERE customers.serialnumber IS NULL
ORDER BY 1;
