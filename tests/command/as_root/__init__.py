"""What only root can test."""
