"""Types in Parquet, ORC and Avro files against those of the table: what is read as what, and what fails."""
