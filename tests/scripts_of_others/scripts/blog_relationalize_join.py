# Joining and flattening nested customers with their orders
import sys
from awsglue.transforms import Join
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
args = getResolvedOptions(sys.argv, ['JOB_NAME', 'TempDir'])
job.init(args['JOB_NAME'], args)

db_name = "shop"
output_dir = "s3://shop-lake/relationalized"
temp_dir = args['TempDir']

customers = glueContext.create_dynamic_frame.from_catalog(database=db_name, table_name="customers")
orders = glueContext.create_dynamic_frame.from_catalog(database=db_name, table_name="orders_by_year")

# Keep the fields we need and rename some.
orders = orders.drop_fields(['unit_price', 'region']).rename_field('customer_id', 'buyer')

history = Join.apply(customers, orders, 'customer_id', 'buyer').drop_fields(['buyer', 'email', 'since'])
print("Count: ", history.count())
history.printSchema()

dfc = history.relationalize("history", temp_dir)
print(sorted(dfc.keys()))
for df_name in dfc.keys():
    m_df = dfc.select(df_name)
    print("Writing to table: ", df_name)
    glueContext.write_dynamic_frame.from_options(frame=m_df, connection_type="s3", connection_options={"path": output_dir + "/" + df_name}, format="json")

phones = dfc.select('history_phones').toDF()
phones.where("`phones.val.kind` = 'mobile'").select("id").distinct().show()
job.commit()
