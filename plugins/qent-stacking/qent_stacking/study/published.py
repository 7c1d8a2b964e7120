"""The paper's formulae and values, as numbers."""

from __future__ import annotations

from qent_stacking.study.settings import SPINS

LABEL = {0.5: "J = 1/2", 1.0: "J = 1", 5.0: "J = 5"}

FIG_2 = {
    "a": {"R2": 0.9962, "MSE": 5.6e-3, "MAE": 0.054},
    "b": {"R2": 0.9748, "MSE": 7.7e-2, "MAE": 0.143},
    "c": {"R2": 0.9519, "MSE": 0.162, "MAE": 0.243},
}
FIG_7_LINES = {0.5: (1.002, -0.002), 1.0: (0.997, -0.003), 5.0: (0.973, -0.005)}
FIG_8_LINES = {0.5: (0.988, -0.005), 1.0: (0.991, -0.004), 5.0: (0.961, -0.004)}
FIG_7 = {0.5: 0.9999, 1.0: 0.9962, 5.0: 0.9717}
FIG_8 = {0.5: 0.9997, 1.0: 0.9977, 5.0: 0.9928}
USED = {0.5: 10_000, 1.0: 20_000, 5.0: 100_000}
SPREAD = 0.0006


def training_time(spin: float) -> float:
    """Returns T(J) of Eq. 12 in seconds.

    Example:
        >>> round(training_time(1), 2), round(training_time(5), 2)
        (62.18, 241.3)
    """
    return 44.78 * spin + 17.40


def peak_memory(spin: float) -> float:
    """Returns M(J) of Eq. 12 in MB.

    Example:
        >>> round(peak_memory(0.5), 2), round(peak_memory(5), 2)
        (17.43, 74.76)
    """
    return 3.02 * spin**2 - 3.87 * spin + 18.61


def sample_size(spin: float, mse: float, mae: float, r2: float) -> float:
    """Returns the training states that Eq. 13 asks for.

    Example:
        >>> round(sample_size(1, 5.6e-3, 0.054, 0.9962))
        7252
    """
    power: float = 10 ** (2.8 + 0.502 * spin - 3.042 * mse - 8.012 * mae + 1.012 * r2)
    return power


def asked_sizes() -> dict[str, float]:
    """Returns Eq. 13 for perfect metrics at each J, and for those of Fig. 2a at J = 1."""
    asked = {LABEL[spin]: sample_size(spin, 0.0, 0.0, 1.0) for spin in SPINS}
    figure = FIG_2["a"]
    asked["J = 1, metrics of Fig. 2a"] = sample_size(
        1.0, figure["MSE"], figure["MAE"], figure["R2"]
    )
    return asked
