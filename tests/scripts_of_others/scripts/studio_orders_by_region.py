import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsgluedq.transforms import EvaluateDataQuality
from awsglue import DynamicFrame

def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql(query)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Default ruleset used by all target nodes with data quality enabled
DEFAULT_DATA_QUALITY_RULESET = """
    Rules = [
        ColumnCount > 0
    ]
"""

# Script generated for node Orders
Orders_node1690000000001 = glueContext.create_dynamic_frame.from_options(format_options={"quoteChar": "\"", "withHeader": True, "separator": ",", "optimizePerformance": False}, connection_type="s3", format="csv", connection_options={"paths": ["s3://shop-landing/orders/"], "recurse": True}, transformation_ctx="Orders_node1690000000001")

# Script generated for node Change Schema
ChangeSchema_node1690000000002 = ApplyMapping.apply(frame=Orders_node1690000000001, mappings=[("order_id", "string", "order_id", "long"), ("ordered_on", "string", "ordered_on", "date"), ("region", "string", "sales_region", "string"), ("product", "string", "product", "string"), ("quantity", "string", "quantity", "int"), ("unit_price", "string", "unit_price", "double")], transformation_ctx="ChangeSchema_node1690000000002")

# Script generated for node SQL Query
SqlQuery0 = '''
select sales_region, year(ordered_on) as order_year, count(*) as orders,
       round(sum(quantity * unit_price), 2) as revenue
from myDataSource
group by 1, 2
'''
SQLQuery_node1690000000003 = sparkSqlQuery(glueContext, query = SqlQuery0, mapping = {"myDataSource":ChangeSchema_node1690000000002}, transformation_ctx = "SQLQuery_node1690000000003")

# Script generated for node Regions
EvaluateDataQuality().process_rows(frame=SQLQuery_node1690000000003, ruleset=DEFAULT_DATA_QUALITY_RULESET, publishing_options={"dataQualityEvaluationContext": "EvaluateDataQuality_node1690000000000", "enableDataQualityResultsPublishing": True}, additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"})
if (SQLQuery_node1690000000003.count() >= 1):
   SQLQuery_node1690000000003 = SQLQuery_node1690000000003.coalesce(1)
Regions_node1690000000004 = glueContext.getSink(path="s3://shop-lake/orders_by_region/", connection_type="s3", updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["order_year"], enableUpdateCatalog=True, transformation_ctx="Regions_node1690000000004")
Regions_node1690000000004.setCatalogInfo(catalogDatabase="shop",catalogTableName="orders_by_region")
Regions_node1690000000004.setFormat("glueparquet", compression="snappy")
Regions_node1690000000004.writeFrame(SQLQuery_node1690000000003)
job.commit()
