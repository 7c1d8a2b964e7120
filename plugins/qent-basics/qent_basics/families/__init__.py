"""State families: random, named and separable by construction."""
