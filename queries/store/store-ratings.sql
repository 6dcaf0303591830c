-- What was sold at each rating, and how often it was given on social media.
SELECT avaliacao, vendas, unidades, receita, comentarios
FROM gold_sales_by_rating
ORDER BY avaliacao;
