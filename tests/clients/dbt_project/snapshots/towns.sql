{% snapshot towns %}
{{ config(strategy='check', unique_key='id', check_cols=['town'], target_schema=target.schema) }}
SELECT id, name, town FROM {{ ref('people') }}
{% endsnapshot %}
