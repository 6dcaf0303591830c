"""The emulator's records, read and written by the services of our own: catalog, queries, objects, logs, budgets."""
