-- Records and operations of each domain, by load.
SELECT data_versao, id_carga, domain, count(*) AS records, count(DISTINCT custody || operation_id) AS operations
FROM operations.records
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
