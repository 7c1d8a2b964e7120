"""Features: scikit-learn transformers that turn states into numbers."""
