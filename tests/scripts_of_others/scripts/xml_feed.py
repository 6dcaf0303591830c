import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from pyspark.sql.functions import explode, col

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
job = Job(glueContext)
job.init(args['JOB_NAME'], args)
feed = glueContext.create_dynamic_frame.from_options(
    connection_type='s3',
    connection_options={'paths': ['s3://shop-landing/feed/feed.xml']},
    format='xml',
    format_options={'rowTag': 'offer', 'attributePrefix': '_'},
)
df = feed.toDF()
df.printSchema()
out = df.select(col('_sku').alias('sku'), 'title', explode('prices.price').alias('price'))
out.write.mode('overwrite').orc('s3://shop-lake/offers/')
job.commit()
