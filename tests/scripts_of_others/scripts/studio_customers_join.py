import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrame

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

# Script generated for node Orders by year
Ordersbyyear_node1 = glueContext.create_dynamic_frame.from_catalog(
    database="shop",
    table_name="orders_by_year",
    push_down_predicate="(year == '2025')",
    transformation_ctx="Ordersbyyear_node1",
)

# Script generated for node Customers
Customers_node1691111111111 = glueContext.create_dynamic_frame.from_catalog(
    database="shop",
    table_name="customers",
    transformation_ctx="Customers_node1691111111111",
)

# Script generated for node Renamed keys for Join
RenamedkeysforJoin_node1691111111112 = ApplyMapping.apply(
    frame=Customers_node1691111111111,
    mappings=[
        ("customer_id", "string", "right_customer_id", "string"),
        ("name", "string", "right_name", "string"),
        ("address.city", "string", "city", "string"),
    ],
    transformation_ctx="RenamedkeysforJoin_node1691111111112",
)

# Script generated for node Inner join
Innerjoin_node1691111111113 = Join.apply(
    frame1=Ordersbyyear_node1,
    frame2=RenamedkeysforJoin_node1691111111112,
    keys1=["customer_id"],
    keys2=["right_customer_id"],
    transformation_ctx="Innerjoin_node1691111111113",
)

# Script generated for node Left join
Ordersbyyear_node1DF = Ordersbyyear_node1.toDF()
RenamedkeysforJoin_node1691111111112DF = RenamedkeysforJoin_node1691111111112.toDF()
Leftjoin_node1691111111114 = DynamicFrame.fromDF(
    Ordersbyyear_node1DF.join(
        RenamedkeysforJoin_node1691111111112DF,
        (Ordersbyyear_node1DF["customer_id"] == RenamedkeysforJoin_node1691111111112DF["right_customer_id"]),
        "left",
    ),
    glueContext,
    "Leftjoin_node1691111111114",
)

# Script generated for node Rename Field
RenameField_node1691111111115 = RenameField.apply(
    frame=Innerjoin_node1691111111113,
    old_name="right_name",
    new_name="customer_name",
    transformation_ctx="RenameField_node1691111111115",
)

# Script generated for node Drop Fields
DropFields_node1691111111116 = DropFields.apply(
    frame=RenameField_node1691111111115,
    paths=["right_customer_id", "region", "product", "unit_price"],
    transformation_ctx="DropFields_node1691111111116",
)

# Script generated for node Select Fields
SelectFields_node1691111111117 = SelectFields.apply(
    frame=Leftjoin_node1691111111114,
    paths=["order_id", "city"],
    transformation_ctx="SelectFields_node1691111111117",
)

# Script generated for node Amazon S3
AmazonS3_node1691111111118 = glueContext.write_dynamic_frame.from_options(
    frame=DropFields_node1691111111116,
    connection_type="s3",
    format="json",
    connection_options={"path": "s3://shop-lake/orders_with_customers/", "compression": "gzip", "partitionKeys": []},
    transformation_ctx="AmazonS3_node1691111111118",
)

# Script generated for node Amazon S3
AmazonS3_node1691111111119 = glueContext.write_dynamic_frame.from_options(
    frame=SelectFields_node1691111111117,
    connection_type="s3",
    format="csv",
    connection_options={"path": "s3://shop-lake/order_cities/", "partitionKeys": []},
    transformation_ctx="AmazonS3_node1691111111119",
)

job.commit()
