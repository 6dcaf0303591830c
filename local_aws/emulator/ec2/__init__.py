"""EC2: addresses, NAT gateways and VPC endpoints, whole."""
