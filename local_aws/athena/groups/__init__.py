"""Work groups, and what is kept in them: named queries and prepared statements."""
