"""Channels: standard noise, random local unitaries and arbitrary Kraus maps."""
