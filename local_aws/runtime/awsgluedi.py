"""`awsgluedi` - the steps of DataBrew's recipes - is refused by name."""

raise ImportError("awsgluedi (data preparation recipes) is not supported here: use Spark's functions")
