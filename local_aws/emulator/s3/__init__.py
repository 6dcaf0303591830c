"""S3: what its requests mean, what its answers tell, objects on disk."""
