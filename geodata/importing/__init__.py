"""Foreign lines and places as additions to the network: read, checked, then attached."""
