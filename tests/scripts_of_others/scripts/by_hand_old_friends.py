import sys
import boto3
from awsglue.context import GlueContext
from awsglue.transforms import Join
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import SQLContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
sqlContext = SQLContext(sc)
glueContext = GlueContext(sc)
spark = glueContext.spark_session

# clear the target with Hadoop's own file system
jvm = sc._gateway.jvm
fs = jvm.org.apache.hadoop.fs.FileSystem.get(jvm.java.net.URI("s3://shop-lake"), sc._jsc.hadoopConfiguration())
target = jvm.org.apache.hadoop.fs.Path("s3://shop-lake/old_friends/")
if fs.exists(target):
    print("clearing", [status.getPath().getName() for status in fs.listStatus(target)])
    fs.delete(target, True)

source = glueContext.getSource("s3", paths=["s3://shop-landing/customers/"])
source.setFormat("json")
customers = source.getFrame()
orders = glueContext.create_dynamic_frame.from_catalog(database="shop", table_name="orders_by_year")
totals = orders.toDF().groupBy("customer_id").sum("quantity").withColumnRenamed("sum(quantity)", "pieces")
totals.write.mode("overwrite").format("parquet").option("path", "s3://shop-lake/old_friends/totals/").saveAsTable("shop.totals")

orders.toDF().createOrReplaceTempView("o")
spark.conf.set("hive.exec.dynamic.partition.mode", "nonstrict")
spark.sql("""create external table if not exists shop.sizes (order_id bigint) partitioned by (size string)
             stored as parquet location 's3://shop-lake/old_friends/sizes/'""")
spark.sql("""insert overwrite table shop.sizes partition (size)
             select order_id, case when quantity > 2 then 'big' else 'small' end as size from o""")
print("sizes", [row[0] for row in spark.sql("show partitions shop.sizes").collect()])

both = Join.apply(Join.apply(customers, orders, "customer_id", "customer_id"),
                  orders.select_fields(["order_id", "year"]).rename_field("order_id", "again"), "order_id", "again")
print("joined", both.count(), ".customer_id" in both.toDF().columns)
names = sc.textFile("s3://shop-landing/customers/").map(lambda line: line.split('"name": "')[1].split('"')[0])
names.coalesce(1).saveAsTextFile("s3://shop-lake/old_friends/names/")
print("by", boto3.client("sts").get_caller_identity()["Arn"].split("/")[1], sqlContext.sql("select 1").first()[0])
