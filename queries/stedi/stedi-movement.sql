-- How much people move at each distance from the object, in steps of 25.
SELECT distancefromobject / 25 * 25 AS distance,
       count(*) AS records,
       count(DISTINCT serialnumber) AS devices,
       round(avg(sqrt(x * x + y * y + z * z)), 3) AS movement
FROM stedi.machine_learning_curated
GROUP BY 1
ORDER BY 1;
