{{ config(ha=true, format='orc') }}
SELECT town, sum(amount) AS total FROM {{ ref('paid') }} GROUP BY town
