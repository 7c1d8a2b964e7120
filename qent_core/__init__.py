"""qent-core: states, hooks, certificates and composition for quantum-entanglement research."""

__version__ = "0.1.0"
