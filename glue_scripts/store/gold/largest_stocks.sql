-- The ten products of which most lies in stock, each by its latest count.
WITH latest AS (
    SELECT *,
           row_number() OVER (PARTITION BY id_produto ORDER BY data DESC, horario DESC, id_estoque DESC) AS age
    FROM silver_inventory
),
placed AS (
    SELECT *,
           row_number() OVER (ORDER BY quantidade_em_estoque DESC, produto) AS place
    FROM latest
    WHERE age = 1
)
SELECT cast(place AS int) AS posicao, id_produto, produto, categoria_produto, data, quantidade_em_estoque
FROM placed
WHERE place <= 10;
