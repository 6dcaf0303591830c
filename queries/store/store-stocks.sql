-- The ten largest stocks, each by its latest count.
SELECT posicao, produto, categoria_produto, data, quantidade_em_estoque
FROM gold_largest_stocks
ORDER BY posicao;
