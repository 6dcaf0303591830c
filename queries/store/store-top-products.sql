-- The three products that each region buys most of.
SELECT regiao, posicao, produto, unidades, receita
FROM gold_top_products_by_region
WHERE posicao <= 3
ORDER BY regiao, posicao;
