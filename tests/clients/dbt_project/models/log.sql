{{ config(materialized='incremental', incremental_strategy='append') }}
SELECT id, amount FROM {{ ref('payments') }}
{% if is_incremental() %} WHERE id > (SELECT max(id) - 2 FROM {{ this }}) {% endif %}
