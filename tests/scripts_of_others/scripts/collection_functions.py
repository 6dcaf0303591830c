import sys
from awsglue.transforms import *
from awsglue.dynamicframe import DynamicFrameCollection
from awsglue.utils import getResolvedOptions
from awsglue.context import GlueContext
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())

frames = {
    region: glueContext.create_dynamic_frame.from_catalog(
        database="shop", table_name="orders_by_year", transformation_ctx=region
    ).filter(lambda r, region=region: r["region"] == region)
    for region in ("Asia", "Europe")
}
collection = DynamicFrameCollection(frames, glueContext)

def keep_two(frame, ctx):
    return frame.select_fields(["order_id", "quantity"], transformation_ctx=ctx)

slim = MapToCollection.apply(dfc=collection, callable=keep_two)
print(sorted(slim.keys()), [len(frame.schema().fields) for frame in slim.values()])
both = Union.apply(frame1=slim.select("Asia"), frame2=slim.select("Europe"))
print("both", both.count(), both.getNumPartitions() > 0)
glueContext.write_dynamic_frame.from_options(
    frame=slim, connection_type="s3", connection_options={"path": "s3://shop-lake/collection/"}, format="json")
print("one", Repartition.apply(both, 3).getNumPartitions(), Coalesce.apply(Repartition.apply(both, 3), 1).getNumPartitions())
