{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['paid_on']) }}
SELECT id, amount, paid_on FROM {{ ref('payments') }}
{% if is_incremental() %} WHERE paid_on >= DATE '2024-05-02' {% endif %}
