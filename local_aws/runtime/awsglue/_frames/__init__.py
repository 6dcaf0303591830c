"""The data of a DynamicFrame and what its transformations do with it."""
