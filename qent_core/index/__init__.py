"""The index of known plugins: writing ``registry.toml`` and searching in it."""
