"""Readers of other databases: OpenStreetMap, over Overpass or from files of it."""
