"""Numerical kernels: measures and tests on plain arrays, batched over states."""
