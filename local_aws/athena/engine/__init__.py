"""DuckDB in a process of its own for each query: what it runs, and the server's side of it."""
