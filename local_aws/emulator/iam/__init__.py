"""IAM: policies, who may do what, which role a service may take."""
