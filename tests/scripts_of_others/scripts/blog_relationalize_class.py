import sys
from awsglue.transforms import Relationalize
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame

args = getResolvedOptions(sys.argv, ["JOB_NAME", "TempDir"])
glueContext = GlueContext(SparkContext.getOrCreate())
baskets = glueContext.create_dynamic_frame_from_options(
    connection_type="s3", connection_options={"paths": ["s3://shop-landing/baskets/"]}, format="json", format_options={"multiline": True})

dfc = Relationalize.apply(frame=baskets, staging_path=args["TempDir"], name="root", transformation_ctx="dfc")
tables = sorted(dfc.keys())
print(tables)
root, items, tags = (dfc.select(table).toDF() for table in tables)
root.show()
items.show()
# dots in the names of columns are a nuisance in Spark
for name in items.columns:
    items = items.withColumnRenamed(name, "items_" + name.replace(".", "_"))
for name in tags.columns:
    tags = tags.withColumnRenamed(name, "tags_" + name.split(".")[-1])
root = root.toDF(*[name.replace(".", "_") for name in root.columns])
flat = root.join(items, root.items == items.items_id)
flat = flat.join(tags, flat.items_items_val_tags == tags.tags_id, "left")
flat = flat.selectExpr("basket", "owner_name as owner", "items_index as place", "items_items_val_sku as sku", "tags_val as tag")
glueContext.write_dynamic_frame.from_options(
    frame=DynamicFrame.fromDF(flat, glueContext, "flat"), connection_type="s3",
    connection_options={"path": "s3://shop-lake/baskets/"}, format="json")
