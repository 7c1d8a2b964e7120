"""Labelers: measures of entanglement and criteria for it."""
