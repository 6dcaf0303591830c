"""What templates bring with them: documents, parameters, conditions, transforms, and the bounds on all of these."""
