"""The figures of the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_siamese.study.siamese.plan import table_2_strategy, training_key
from qent_siamese.study.siamese.published import COLUMNS, EDGES, MODELS, TABLE_2, TABLE_3
from qent_siamese.study.siamese.settings import Settings
from qent_studies import EXACT, GUIDE, OURS, POINTS, Results, mark_published, new_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = {"cnn": POINTS, "siamese-cnn": OURS, "siamese-ensemble": GUIDE}


def tables(results: Results, settings: Settings) -> Figure:
    """Draws Tables II and III: one group of markers per test, one marker per model."""
    figure, axes = new_axes(2, 1, squeeze=False)
    for number, (table, title) in enumerate(((TABLE_2, "verified"), (TABLE_3, "negativity"))):
        ax = axes[number, 0]
        for place, model in enumerate(MODELS):
            strategy = title if number else table_2_strategy(settings, model)
            x = np.arange(len(COLUMNS)) + 0.22 * (place - 1)
            mark_published(ax, x, table[model], "published" if place == 0 else "_")
            start = training_key(model, strategy, 0).removesuffix("0")
            rows = [result for key, result in results.items() if key.startswith(start)]
            if not rows:
                continue
            for figure_name, marker, colour in (
                ("claimed", "o", _COLOURS[model]),
                ("proven", "x", EXACT),
            ):
                means = [
                    np.mean([row["tests"][column][figure_name]["value"] for row in rows])
                    for column in COLUMNS
                ]
                label = MODELS[model] if marker == "o" else ("proven" if place == 0 else "_")
                ax.plot(x, means, ls="", marker=marker, ms=5, color=colour, label=label)
        ax.axhline(50, color=GUIDE, lw=0.8, ls=":")
        ax.set(title=f"trained on {title}", ylabel="accuracy (%)", ylim=(-4, 104))
        ax.set_xticks(range(len(COLUMNS)), COLUMNS)
    axes[0, 0].legend(fontsize="small", ncols=2)
    return figure


def measure(results: Results) -> Figure:
    """Draws histograms of log10 M, group over group, with the edges of the domains."""
    (result, *_) = results.serving("S1-09")
    groups = {name[2:]: values for name, values in result.arrays.items() if name.startswith("M ")}
    figure, ax = new_axes(1, 1)
    figure.set_size_inches(6.5, 0.42 * len(groups) + 1.2)
    bins = np.linspace(-5, -0.5, 91)
    for row, (name, values) in enumerate(groups.items()):
        counts, _ = np.histogram(np.log10(np.maximum(values, 1e-5)), bins)
        heights = 0.85 * counts / max(counts.max(), 1)
        ppt = name in ("Horodecki", "UPB", "Acin")
        ax.stairs(row + heights, bins, baseline=row, fill=True, color=OURS if ppt else POINTS)
    for edge in EDGES[1:]:
        ax.axvline(np.log10(edge), color=GUIDE, lw=0.5)
    ax.set_yticks(np.arange(len(groups)) + 0.3, list(groups))
    # The lowest line would otherwise lie under the frame.
    ax.set(xlabel="log10 M", ylim=(-0.1, None))
    return figure


def architectures(results: Results) -> Figure:
    """Draws the mean validation accuracy against the kernel size."""
    figure, ax = new_axes()
    found: dict[tuple[str, int], dict[int, list[float]]] = {}
    for result in results.serving("S1-10"):
        options = result.parameter("options")
        line = found.setdefault((result.parameter("model"), options["conv_layers"]), {})
        line.setdefault(options["kernel_size"], []).append(100 * result["mean"])
    for (model, layers), line in found.items():
        kernels = sorted(line)
        means = [float(np.mean(line[kernel])) for kernel in kernels]
        style = "-" if layers == 3 else "--"
        label = f"{MODELS[model]}, {layers} layers"
        ax.plot(kernels, means, ls=style, marker="o", color=_COLOURS[model], label=label)
    ax.set_xticks(sorted({kernel for line in found.values() for kernel in line}))
    ax.set(xlabel="side of the kernel", ylabel="validation accuracy (%)")
    ax.legend(fontsize="small")
    return figure


def training(results: Results, settings: Settings) -> Figure:
    """Draws loss and validation accuracy against the epoch."""
    figure, (left, right) = new_axes(1, 2)
    seed = min(int(r.parameter("seed")) for r in results.serving("S1-11"))
    for model in MODELS:
        key = training_key(model, table_2_strategy(settings, model), seed)
        if key not in results or "loss" not in results[key].arrays:
            continue
        arrays = results[key].arrays
        left.plot(arrays["loss"], color=_COLOURS[model], label=MODELS[model])
        for name, style in (("validation-1", "-"), ("validation-2", "--")):
            if f"accuracy {name}" in arrays:
                right.plot(
                    100 * arrays[f"accuracy {name}"],
                    color=_COLOURS[model],
                    ls=style,
                    label=f"{MODELS[model]}, {name}",
                )
    left.axvline(settings.plain_epochs - 0.5, color=GUIDE, lw=0.8, ls=":")
    left.set(xlabel="epoch", ylabel="training loss")
    right.set(xlabel="epoch", ylabel="validation accuracy (%)")
    left.legend(fontsize="small")
    right.legend(fontsize="small")
    return figure
