"""`awsglueml` - EntityDetector, FillMissingValues, FindMatches - is refused by name."""

raise ImportError(
    "awsglueml (detection of sensitive data, FillMissingValues, FindMatches) is not supported here: "
    "it runs on models that only AWS has"
)
