"""Step Functions: tasks with the state machine's role, and what the history tells of them."""
