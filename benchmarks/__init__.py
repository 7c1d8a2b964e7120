"""Measurements of qent beside its peers, each rerun by one command: see the README."""
