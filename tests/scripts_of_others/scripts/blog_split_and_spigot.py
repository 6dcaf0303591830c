import sys
from awsglue.transforms import SplitFields, SplitRows, Spigot, SelectFromCollection, SelectFields
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext

args = getResolvedOptions(sys.argv, ['JOB_NAME', 'out'])
glue = GlueContext(SparkContext.getOrCreate())
orders = glue.create_dynamic_frame.from_catalog(database='shop', table_name='orders_by_year')

rows = SplitRows.apply(orders, {"quantity": {">": 1, "<=": 3}}, "middle", "others")
middle = SelectFromCollection.apply(rows, 'middle')
others = rows.select('others')
sampled = Spigot.apply(frame=middle, path=args['out'] + '/sample', options={'topk': 2})

fields = SplitFields.apply(orders, ['order_id', 'product'], 'names', 'figures')
print(sorted(rows.keys()), sorted(fields.keys()))
names, figures = fields.select('names'), fields.select('figures')

for frame, name in ((sampled, 'middle'), (others, 'others'), (names, 'names'), (figures, 'figures')):
    glue.write_dynamic_frame.from_options(frame=frame, connection_type='s3', connection_options={'path': f"{args['out']}/{name}"}, format='csv', format_options={'separator': '|', 'quoteChar': -1})
