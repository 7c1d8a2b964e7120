"""A plugin with one study: negativity of Bell states in white noise."""

from qent_core.api import Reference, StudySpec, hookimpl


@hookimpl
def qent_studies():
    yield StudySpec(
        name="noisy-bell-study",
        target="qent_toy.study:NoisyBellStudy",
        summary="Negativity of Bell states in white noise <b>",
        references=(
            Reference(key="doe2020", authors="J. Doe", year=2020, title="On noise", arxiv="1.2"),
        ),
    )
