import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

## @params: [JOB_NAME]
args = getResolvedOptions(sys.argv, ['JOB_NAME'])

sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)
## @type: DataSource
## @args: [database = "shop", table_name = "events", transformation_ctx = "datasource0"]
## @return: datasource0
## @inputs: []
datasource0 = glueContext.create_dynamic_frame.from_catalog(database = "shop", table_name = "events", transformation_ctx = "datasource0")
## @type: ApplyMapping
## @return: applymapping1
## @inputs: [frame = datasource0]
applymapping1 = ApplyMapping.apply(frame = datasource0, mappings = [("id", "int", "id", "int"), ("price", "string", "price", "string"), ("absent", "string", "absent", "string")], transformation_ctx = "applymapping1")
## @type: ResolveChoice
## @args: [choice = "make_struct", transformation_ctx = "resolvechoice2"]
resolvechoice2 = ResolveChoice.apply(frame = datasource0, choice = "make_struct", transformation_ctx = "resolvechoice2")
## @type: DropNullFields
## @args: [transformation_ctx = "dropnullfields3"]
dropnullfields3 = DropNullFields.apply(frame = resolvechoice2, transformation_ctx = "dropnullfields3")
## @type: DataSink
## @args: [connection_type = "s3", connection_options = {"path": "s3://shop-lake/legacy/structs"}, format = "parquet", transformation_ctx = "datasink4"]
datasink4 = glueContext.write_dynamic_frame.from_options(frame = dropnullfields3, connection_type = "s3", connection_options = {"path": "s3://shop-lake/legacy/structs"}, format = "parquet", transformation_ctx = "datasink4")
## @type: SelectFields
selectfields5 = SelectFields.apply(frame = datasource0, paths = ["id", "price"], transformation_ctx = "selectfields5")
## @type: ResolveChoice
## @args: [choice = "MATCH_CATALOG", database = "shop", table_name = "events", transformation_ctx = "resolvechoice6"]
resolvechoice6 = ResolveChoice.apply(frame = selectfields5, choice = "MATCH_CATALOG", database = "shop", table_name = "events", transformation_ctx = "resolvechoice6")
## @type: DataSink
datasink7 = glueContext.write_dynamic_frame.from_options(frame = resolvechoice6, connection_type = "s3", connection_options = {"path": "s3://shop-lake/legacy/matched"}, format = "orc", transformation_ctx = "datasink7")
datasink8 = glueContext.write_dynamic_frame.from_options(frame = applymapping1, connection_type = "s3", connection_options = {"path": "s3://shop-lake/legacy/mapped"}, format = "json", transformation_ctx = "datasink8")
job.commit()
