-- What is due in each month: the instalments, out of their payload.
SELECT substr(json_extract_scalar(payload, '$.due_on'), 1, 7) AS month,
       count(*) AS instalments,
       sum(cast(json_extract_scalar(payload, '$.amount') AS decimal(15,2))) AS amount
FROM operations.records
WHERE domain = '03'
GROUP BY 1
ORDER BY 1;
