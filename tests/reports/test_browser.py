"""Reports in a real browser: nothing is loaded, all is seen, nothing sticks out, tables sort."""

from __future__ import annotations

import pytest

from qent_report.remake import make_report
from qent_studies.remake import make_study_page

KINDS = ("run", "labels.npz", "data.zarr", "study")


@pytest.fixture(scope="module")
def pages(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    make = dict.fromkeys(KINDS, make_report) | {"study": make_study_page}
    return {kind: make[kind](str(made / kind), folder / f"{kind}.html") for kind in KINDS}


@pytest.fixture
def show(browser, pages):
    """Opens a report; fails if the page said anything or asked for anything else."""
    contexts, said, asked = [], [], []

    def opened(kind, width=1400, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(pages[kind].as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []
    assert len(asked) == len(contexts)


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_sticks_out_and_every_figure_is_seen(show, kind, width):
    page = show(kind, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    figures = page.locator("figure").all()
    assert figures
    for figure in figures:
        svg = figure.locator("svg").first
        box = svg.bounding_box()
        assert min(box["width"], box["height"]) > 60
        assert svg.is_visible()
        assert figure.get_attribute("aria-label")
    # What is wider than the page scrolls within its own frame.
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, .canvas, pre')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_figures_and_text_are_legible_in_light_and_dark(show, kind, scheme, tmp_path):
    from PIL import Image

    page = show(kind, color_scheme=scheme)
    for number, figure in enumerate(page.locator("figure").all()):
        figure.locator("svg").first.screenshot(path=tmp_path / f"{number}.png")
        with Image.open(tmp_path / f"{number}.png") as image:
            grey = sorted(image.convert("L").tobytes())
        ground = grey[len(grey) // 2]
        # Axes and their text stand out from the ground, which is that of the scheme.
        assert (ground > 230) == (scheme == "light")
        strongest = grey[len(grey) // 500] if scheme == "light" else grey[-len(grey) // 500]
        assert abs(strongest - ground) > 130
    ratio = page.evaluate(
        """() => {
          const light = text => {
            const c = text.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
              .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
          };
          const ground = light(getComputedStyle(document.body).backgroundColor);
          return Math.min(...[...document.querySelectorAll("h1, p, td, th, dt, dd, .verdict")]
            .map(e => light(getComputedStyle(e).color))
            .map(l => (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05)));
        }"""
    )
    assert ratio >= 4.5  # WCAG 2.1, AA


def cells(page, table, column):
    return page.locator(table).locator(f"tbody tr td:nth-child({column})").all_inner_texts()


def test_numbers_sort_as_numbers_and_words_as_words(show):
    page = show("labels.npz")
    table = "h2:has-text('State by state') ~ div table"
    before = cells(page, table, 1)
    heading = page.locator(table).locator("th:nth-child(2)")
    heading.locator("button").click()
    up = [float(text) for text in cells(page, table, 2)]
    assert up == sorted(up)
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").press("Enter")
    assert [float(text) for text in cells(page, table, 2)] == up[::-1]
    assert heading.get_attribute("aria-sort") == "descending"
    page.locator(table).locator("th:nth-child(3) button").click()
    assert heading.get_attribute("aria-sort") is None
    words = cells(page, table, 3)
    assert words == sorted(words)
    page.locator(table).locator("th:nth-child(1) button").click()
    assert cells(page, table, 1) == before


def test_numbers_with_exponents_and_per_cent_sort_as_numbers(show):
    page = show("run")
    table = "table >> nth=0"
    page.locator(table).locator("th:nth-child(3) button").click()
    errors = [float(text) for text in cells(page, table, 3)]
    assert errors == sorted(errors)
    assert any(error < 1e-3 for error in errors)


def test_without_scripts_everything_is_there(show):
    page = show("study", java_script_enabled=False)
    assert page.locator("table.claims tbody tr").count() == 4
    assert page.locator("th button").count() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_print_is_light_and_shows_what_is_folded(show, kind):
    page = show(kind, 720, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    colour = page.evaluate("getComputedStyle(document.body).color")
    assert colour == "rgb(29, 35, 48)"
    assert page.evaluate("getComputedStyle(document.querySelector('figure svg')).filter") == "none"
    if kind == "study":
        command = page.locator("details code").first
        assert command.bounding_box()["height"] > 5
        assert "--only S9-01" in command.inner_text()
