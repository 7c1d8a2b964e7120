# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""The page of the explorer: controls, and what they show. All that computes is imported."""

import marimo

app = marimo.App(width="full", app_title="qent explore")


@app.cell
def _():
    import marimo as mo

    from qent_core.registry import default_registry
    from qent_explore.controls import parameters_from
    from qent_explore.observation import Choice, observe
    from qent_explore.settings import settings
    from qent_explore.view import error_html, observation_html
    from qent_explore.widgets import component_controls, panel, titles, widgets

    registry, chosen = default_registry(), settings()
    return (
        Choice,
        chosen,
        component_controls,
        error_html,
        mo,
        observation_html,
        observe,
        panel,
        parameters_from,
        registry,
        titles,
        widgets,
    )


@app.cell
def _(chosen, mo, registry, titles):
    _families = titles(registry, "state-family")
    _first = next(title for title, name in _families.items() if name == chosen.family)
    family = mo.ui.dropdown(_families, _first, label="family", searchable=True, full_width=True)
    channel = mo.ui.dropdown(
        {"none": ""} | titles(registry, "channel"), "none", label="noise", full_width=True
    )
    seed = mo.ui.number(0, 10**6, 1, 0, label="seed", full_width=True)
    thorough = mo.ui.checkbox(label="search longer for proofs (seconds)")
    return channel, family, seed, thorough


@app.cell
def _(component_controls, family, registry, widgets):
    family_controls, family_problem = component_controls(registry, family.value, "state-family")
    family_widgets = widgets(family_controls)
    return family_controls, family_problem, family_widgets


@app.cell
def _(channel, component_controls, registry, widgets):
    channel_controls, channel_problem = component_controls(registry, channel.value, "channel")
    channel_widgets = widgets(channel_controls)
    return channel_controls, channel_problem, channel_widgets


@app.cell
def _(
    Choice,
    channel,
    channel_controls,
    channel_problem,
    channel_widgets,
    chosen,
    error_html,
    family,
    family_controls,
    family_problem,
    family_widgets,
    observation_html,
    observe,
    parameters_from,
    seed,
    thorough,
):
    try:
        if family_problem or channel_problem:
            raise family_problem or channel_problem
        _choice = Choice(
            family.value,
            parameters_from(family_controls, family_widgets.value),
            channel.value,
            parameters_from(channel_controls, channel_widgets.value),
            int(seed.value or 0),
            thorough.value,
        )
        shown = observation_html(observe(_choice, chosen.models))
    except Exception as error:  # a page answers with a line, whatever a component raises
        shown = error_html(error)
    return (shown,)


@app.cell
def _(
    channel,
    channel_controls,
    channel_widgets,
    family,
    family_controls,
    family_widgets,
    mo,
    panel,
    seed,
    shown,
    thorough,
):
    mo.Html(
        panel(
            (family, family_controls, family_widgets),
            (channel, channel_controls, channel_widgets),
            (seed, thorough),
            shown,
        )
    )


if __name__ == "__main__":
    app.run()
