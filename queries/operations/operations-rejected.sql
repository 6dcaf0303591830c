-- Why lines were rejected, and where the first of each reason stands.
SELECT regexp_replace(reason, '[0-9]+', '…') AS reason, count(*) AS lines,
       min(source_file || ':' || cast(line_number AS varchar)) AS first
FROM operations.rejected
GROUP BY 1
ORDER BY 2 DESC, 1;
