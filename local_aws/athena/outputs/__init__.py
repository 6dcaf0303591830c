"""What a statement writes: types, properties, partitions, and files in each format."""
