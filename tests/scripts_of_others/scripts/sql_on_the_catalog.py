import sys
from awsglue.utils import getResolvedOptions
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

orders = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://shop-landing/orders/"], "recurse": True}, "csv", {"withHeader": True})
typed = orders.apply_mapping([
    ("order_id", "string", "order_id", "bigint"),
    ("region", "string", "region", "string"),
    ("quantity", "string", "quantity", "int"),
])
sink = glueContext.getSink(connection_type="s3", path="s3://shop-lake/sql/orders_typed/", enableUpdateCatalog=True, partitionKeys=["region"])
sink.setFormat("parquet", useGlueParquetWriter=True)
sink.setCatalogInfo(catalogDatabase="shop", catalogTableName="orders_typed")
sink.writeFrame(typed)

spark.sql("use shop")
spark.sql("show tables").show()
spark.sql("""
    create table if not exists big_orders
    using parquet
    location 's3://shop-lake/sql/big_orders/'
    as select order_id, quantity, region from shop.orders_typed where quantity >= 3
""")
spark.sql("select * from shop.big_orders").show()
df = spark.table("shop.orders_typed").where("region = 'Asia'").select("order_id", "quantity", "region")
df.write.mode("append").insertInto("shop.big_orders")
print("rows:", spark.sql("select count(*) from big_orders").first()[0])
glueContext.sql("select region, count(*) as n from orders_typed group by region order by region").show()
job.commit()
