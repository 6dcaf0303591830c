import sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ['JOB_NAME', 'TempDir'])
sc = SparkContext.getOrCreate()
glue_context = GlueContext(sc)
job = Job(glue_context)
job.init(args['JOB_NAME'], args)

source = glue_context.create_dynamic_frame.from_options(
    connection_type='s3',
    connection_options={'paths': ['s3://shop-landing/increments/'], 'recurse': True, 'groupFiles': 'inPartition', 'groupSize': '1048576'},
    format='json',
    transformation_ctx='increments_source',
)
if source.count() == 0:
    print('nothing new')
    job.commit()
    sys.exit(0)

glue_context.write_dynamic_frame.from_options(
    frame=source.coalesce(1),
    connection_type='s3',
    connection_options={'path': 's3://shop-lake/increments/'},
    format='json',
    transformation_ctx='increments_sink',
)
print('read', source.count())
job.commit()
