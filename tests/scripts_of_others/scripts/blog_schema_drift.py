import sys
from pyspark.context import SparkContext
from awsglue.utils import getResolvedOptions
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import *
from awsglue.job import Job

glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
job.init(args['JOB_NAME'], args)

events = glueContext.create_dynamic_frame.from_options(
    connection_type = "s3",
    connection_options = {"paths": ["s3://shop-landing/events/"]},
    format = "json")

# price is a number in old files and a text in new ones
events.printSchema()
assert events.count() == events.toDF().count()

# 1: cast
cast = events.resolveChoice(specs = [('price', 'cast:double')])
# 2: a column for each type
columns = ResolveChoice.apply(frame = events, choice = "make_cols", transformation_ctx = "columns")
# 3: struct
structs = events.resolveChoice(specs = [('price', 'make_struct')])
# 4: project
projected = events.resolveChoice(specs = [("price", "project:string")]).drop_fields(["id"])
columns.printSchema()

def write(frame, name):
    frame.repartition(1).write(connection_type = "s3", connection_options = {"path": "s3://shop-lake/drift/" + name}, format = "json")

write(cast, "cast")
write(columns, "columns")
write(structs, "structs")
write(projected, "projected")
write(columns.select_fields(["id", "price_double"]).rename_field("price_double", "price"), "numbers")
job.commit()
