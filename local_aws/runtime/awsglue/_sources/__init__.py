"""Where data come from and go to: the catalog's tables, S3, DynamoDB, JDBC, bookmarks."""
