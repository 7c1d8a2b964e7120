"""The checker: re-verifies certificates without trusting whoever found them. NumPy only."""
