-- What was sold at each rating that customers gave, beside the comments on social media with the same rating.
WITH sold AS (
    SELECT avaliacao AS rating,
           count(*) AS vendas,
           sum(quantidade) AS unidades,
           cast(sum(preco_unitario * quantidade) AS decimal(18, 2)) AS receita
    FROM silver_sales
    WHERE avaliacao IS NOT NULL
    GROUP BY avaliacao
),
said AS (
    SELECT nota AS rating, count(*) AS comentarios
    FROM silver_social
    WHERE nota IS NOT NULL
    GROUP BY nota
)
SELECT coalesce(sold.rating, said.rating) AS avaliacao,
       coalesce(vendas, 0) AS vendas,
       coalesce(unidades, 0) AS unidades,
       coalesce(receita, cast(0 AS decimal(18, 2))) AS receita,
       coalesce(comentarios, 0) AS comentarios
FROM sold
FULL OUTER JOIN said ON said.rating = sold.rating;
