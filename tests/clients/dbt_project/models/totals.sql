{{ config(format='parquet', write_compression='snappy') }}
SELECT name, sum(amount) AS total, count(*) AS payments FROM {{ ref('paid') }} GROUP BY name
