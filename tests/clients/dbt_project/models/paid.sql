{{ config(materialized='view') }}
SELECT p.id, p.amount, p.paid_on, w.name, w.town
FROM {{ ref('payments') }} p JOIN {{ ref('people') }} w ON w.id = p.person_id
