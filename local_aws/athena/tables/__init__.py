"""What a query reads: tables of the catalog as relations of the engine, their partitions and files."""
