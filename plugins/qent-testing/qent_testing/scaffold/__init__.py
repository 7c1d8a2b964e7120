"""New plugins from templates: ``qent new``."""
