"""The network, and whatever is drawn on it, as files for GIS programs."""
