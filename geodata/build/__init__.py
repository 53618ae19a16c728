"""Build the shipped network from upstream packages and the curated tables."""
