# %% [markdown]
# # Exploring the product list
# magics such as `%glue_version` and `%worker_type` were taken out on export

# %%
import pyspark.sql.functions as f
from awsglue.context import GlueContext
from pyspark.context import SparkContext

gc = GlueContext(SparkContext.getOrCreate())
spark = gc.spark_session

# %%
def peek(frame, n=3):
    """What the notebook shows below a cell."""
    data = frame.toDF() if hasattr(frame, "toDF") and not hasattr(frame, "rdd") else frame
    print(data.columns)
    data.show(n, False)
    return data.limit(n).toPandas() if False else None

# %%
products = gc.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": ["s3://shop-landing/products/"]},
    format="csv",
    format_options={"withHeader": True, "separator": ";", "multiLine": True},
)
peek(products)

# %%
df = products.toDF()
assert df.columns[0] == "sku", df.columns  # spreadsheets put a byte order mark there

# %%
df = (
    df.withColumn("price", f.regexp_replace("price", ",", ".").cast("double"))
      .withColumn("note", f.regexp_replace("note", "\n", " "))
)
peek(df)

# %%
df.coalesce(1).write.mode("overwrite").option("header", True).csv("s3://shop-lake/products/")
