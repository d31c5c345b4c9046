"""What the demo has in the marketplace for cloud services."""
