"""The study `bound-entanglement`: PPT-entangled against PPT-separable states, both certified."""
