"""What a statement writes: types, properties, partitions, and files in each format.

`plans.py` is what all of it makes together: what is written, who writes, what S3 and the catalog are told.
"""
