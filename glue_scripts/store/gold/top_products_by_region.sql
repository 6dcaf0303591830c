-- The ten products that each region buys most of, by units; among equals the revenue decides, then the name.
WITH sold AS (
    SELECT regiao_cliente AS regiao,
           produto,
           max(categoria_produto) AS categoria_produto,
           sum(quantidade) AS unidades,
           cast(sum(preco_unitario * quantidade) AS decimal(18, 2)) AS receita
    FROM silver_sales
    GROUP BY regiao_cliente, produto
),
placed AS (
    SELECT *,
           row_number() OVER (PARTITION BY regiao ORDER BY unidades DESC, receita DESC, produto) AS place
    FROM sold
)
SELECT regiao, cast(place AS int) AS posicao, produto, categoria_produto, unidades, receita
FROM placed
WHERE place <= 10;
