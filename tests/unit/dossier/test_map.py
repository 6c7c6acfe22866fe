"""The map: outlines from the package, cut to a frame, labels that do not collide, a size that is bounded."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from blowback.dossier import outlines, panel_html, svg_map
from blowback.dossier.cutting import cut_line, cut_ring, simplified, snapped
from blowback.dossier.frame import KM_A_DEGREE, WIDTH, core, frame_of
from blowback.dossier.outlines import Box
from blowback.dossier.placing import Sheet
from blowback.model.panel import MAP_KINDS, Map, Point, Shape
from blowback.tools.geo import distance_km

IRAQ = Box(39.0, 29.0, 49.0, 38.0)
VILE = "</title><script>x</script> http://evil.example/x \u202e"


def at(lat, lon, label="there", weight=1.0, kind="all", radius=0.0, says=""):
    return Point(lat, lon, radius, label, kind, weight, says)


def area(ring):
    x, y = np.array(ring).T
    return abs(np.sum(x * np.roll(y, 1) - y * np.roll(x, 1))) / 2


@pytest.mark.parametrize("name", outlines.LINES)
def test_outlines_cover_the_world_and_lie_on_the_globe(name):
    world = outlines.lines(name, Box(-180.0, -90.0, 180.0, 90.0))
    points = np.concatenate(world)
    assert len(world) > 30
    assert np.abs(points[:, 1]).max() <= 90.001
    if name == "land":
        assert points[:, 0].min() < -179
        assert points[:, 0].max() > 179


def test_a_box_gets_only_what_comes_near_it():
    for line in outlines.lines("admin1", IRAQ):
        assert line[:, 0].min() <= IRAQ.east
        assert line[:, 0].max() >= IRAQ.west
    assert len(outlines.lines("admin1", IRAQ)) < len(outlines.lines("admin1", Box(-180.0, -90.0, 180.0, 90.0))) / 20


def test_units_of_a_country_are_closed_off_by_their_lines():
    """A walk from Mosul to Erbil crosses a border of units, as does every way from one governorate to the next."""
    walk = [(43.119, 36.335), (44.01, 36.19)]

    def crosses(line):
        (ax, ay), (bx, by) = walk

        def side(px, py, qx, qy, rx, ry):
            return (qx - px) * (ry - py) - (qy - py) * (rx - px)

        return any(
            side(ax, ay, bx, by, *p) * side(ax, ay, bx, by, *q) < 0 and side(*p, *q, ax, ay) * side(*p, *q, bx, by) < 0
            for p, q in pairwise(line.tolist())
        )

    assert any(crosses(line) for line in outlines.lines("admin1", IRAQ))


def test_names_are_there_also_for_a_country_whose_own_place_is_outside():
    assert {"Nineveh", "Basra", "Baghdad"} <= {n.words for n in outlines.names("unit", IRAQ)}
    east_of_syria = Box(40.0, 34.5, 43.0, 37.0)
    assert "Syria" in {n.words for n in outlines.names("country", east_of_syria)}


def test_disputed_borders_are_a_layer_of_their_own():
    assert outlines.lines("disputed", Box(72.0, 32.0, 80.0, 37.0)), "Kashmir has a line of control"
    assert not outlines.lines("disputed", Box(2.0, 44.0, 8.0, 49.0))


def test_a_line_is_cut_to_the_rectangle_and_a_ring_keeps_its_area_inside():
    pieces = cut_line([(-5, 5), (15, 5), (15, 20), (5, 20), (5, -5)], (0, 0, 10, 10))
    assert pieces == [[(0, 5), (10, 5)], [(5, 10), (5, 0)]]
    assert cut_line([(-5, 5), (-1, 5)], (0, 0, 10, 10)) == []
    ring = [(-5, -5), (5, -5), (5, 5), (-5, 5), (-5, -5)]
    assert area(cut_ring(ring, (0, 0, 10, 10))) == 25
    assert cut_ring(ring, (20, 20, 30, 30)) == []
    assert area(cut_ring([(-50, -50), (50, -50), (50, 50), (-50, 50)], (0, 0, 10, 10))) == 100


def test_simplifying_keeps_every_point_within_the_tolerance():
    rng = np.random.default_rng(3)
    line = [(float(x), float(y)) for x, y in zip(range(200), np.cumsum(rng.normal(size=200)), strict=True)]
    short = simplified(line, 2.0)
    assert short[0] == line[0]
    assert short[-1] == line[-1]
    assert len(short) < 60
    xs, ys = zip(*short, strict=True)
    assert all(abs(np.interp(x, xs, ys) - y) <= 2.0 * math.sqrt(1 + 4 * 9) for x, y in line)
    assert snapped(np.array([[0.0, 0.0], [0.1, 0.1], [3.0, 3.0]]), 1.0) == [(0.0, 0.0), (3.0, 3.0)]


def test_the_frame_is_true_to_scale_in_its_middle_and_holds_its_places():
    places = [at(36.34, 43.13), at(30.5, 47.8), at(33.3, 44.4)]
    frame = frame_of(places)
    assert all(frame.holds(p.lat, p.lon) for p in places)
    mid = (frame.box.south + frame.box.north) / 2
    x0, y0 = frame.xy(mid, 44.0)
    x1, _ = frame.xy(mid, 45.0)
    _, y1 = frame.xy(mid + 1, 44.0)
    assert x1 - x0 == pytest.approx(distance_km(mid, 44.0, mid, 45.0) / frame.km, rel=0.01)
    assert y0 - y1 == pytest.approx(KM_A_DEGREE / frame.km, rel=0.01)
    length, wide = frame.bar()
    assert wide * frame.km == pytest.approx(length)
    assert WIDTH / 12 < wide < WIDTH / 4


def test_a_single_place_is_not_blown_up_and_a_far_one_does_not_shrink_the_rest():
    assert frame_of([at(33.3, 44.4)]).km * WIDTH >= 160
    near = [at(33.3 + n / 10, 44.4, weight=10.0) for n in range(5)]
    far = at(48.2, 16.4, "Vienna", 1.0)
    assert far not in core([*near, far])
    drawn = svg_map.draw(Map("t", "s", "claims", (*near, far)))
    assert drawn.outside == (far,)
    assert "Outside the frame: <bdi>Vienna</bdi> (1)." in panel_html.render(Map("t", "s", "claims", (*near, far)))


def test_places_on_both_sides_of_the_date_line_are_one_frame():
    frame = frame_of([at(-17.8, 178.0), at(-13.8, -172.0)])
    assert frame.box.east - frame.box.west < 30
    assert frame.holds(-17.8, 178.0)
    assert frame.holds(-13.8, -172.0)


@pytest.mark.parametrize(
    "places",
    [[at(33.3, 44.4)], [at(60, 10), at(-30, 140), at(40, -100), at(-33, -70)], [at(62, 6), at(70, 25), at(56, 12)]],
)
def test_a_map_stays_small_whatever_its_frame(places):
    drawn = svg_map.draw(Map("t", "s", "claims", tuple(places)))
    assert len(drawn.svg) < 60_000
    assert 'class="land"' in drawn.svg
    assert "style=" not in drawn.svg


def test_labels_do_not_run_into_each_other():
    sheet = Sheet(200.0, 100.0)
    placed = [sheet.beside("somewhere", 100.0, 50.0, 4.0, 12.0) for _ in range(12)]
    assert placed[0]
    assert any(p is None for p in placed), "what has no room is left out"
    boxes = sheet.taken
    assert not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for n, a in enumerate(boxes) for b in boxes[:n]
    )


def test_every_kind_has_a_sign_and_nothing_on_the_map_is_alive():
    points = tuple(at(33 + n / 9, 44, f"{k} {VILE}", 1.0 + n, k, 30.0, VILE) for n, k in enumerate(MAP_KINDS))
    shapes = (Shape(((33.0, 44.0), (34.0, 44.5)), closed=False, label=VILE, kind="ahead"),)
    made = panel_html.render(Map(VILE, VILE, "claims", points, shapes, VILE))
    for kind in MAP_KINDS:
        assert re.search(f'class="(sign|slice) k-{kind.replace(" ", "-")}"', made)
    assert "<script" not in made
    assert "\u202e" not in made
    assert "de facto" in made
    assert outlines.SOURCE in made
    assert len(re.findall("<tr>", made)) == len(points) + 1, "a row for each place, and the head"


def test_the_table_has_one_row_for_each_place():
    here = (at(33, 44, "Here", 5.0, says="2 ahead"), at(33, 44, "Here", 2.0, "ahead"))
    there = (at(34, 44, "There", 1.0, "hit"), at(34, 44, "There", 3.0, "miss"))
    rows = panel_html.places(Map("t", "s", "claims", (*here, *there)))
    assert [(p.label, p.weight, p.says) for p in rows] == [("Here", 5.0, "2 ahead"), ("There", 4.0, "")]


def test_outcomes_of_one_place_are_one_divided_sign_and_classes_lie_on_each_other():
    outcomes = svg_map.draw(Map("t", "s", "claims", (at(33, 44, kind="hit", weight=3.0), at(33, 44, kind="miss")))).svg
    assert [outcomes.count(f"slice k-{k}") for k in ("hit", "miss")] == [1, 1]
    assert 'class="sign' not in outcomes
    classes = svg_map.draw(Map("t", "s", "claims", (at(33, 44, weight=3.0), at(33, 44, kind="ahead")))).svg
    assert classes.index("k-all") < classes.index("k-ahead"), "the part lies on the whole"


def test_a_country_is_told_in_words_and_not_as_a_dot():
    country = at(33, 44, "Wideland", 50.0, "all", 400.0)
    panel = Map("t", "s", "claims", (country, at(36.34, 43.13, "Mosul", 2.0)))
    assert svg_map.draw(panel).wide == (country,)
    assert "Too wide for a sign: <bdi>Wideland</bdi> (50)." in panel_html.render(panel)


def test_the_largest_place_is_named_however_many_small_ones_are_around_it():
    crowd = [at(33 + n / 90, 44 + m / 90, f"small {n} {m}", 1.0) for n in range(-5, 6) for m in range(-5, 6)]
    made = svg_map.draw(Map("t", "s", "claims", (at(33, 44, "Large", 200.0), *crowd))).svg
    assert 'class="place lead"' in made
    assert ">Large<" in made


def test_a_map_without_a_place_says_so():
    assert svg_map.draw(Map("t", "s", "claims", ())).svg.startswith("<p")
    assert svg_map.draw(Map("t", "s", "claims", (at(math.nan, 3.0),))).svg.startswith("<p")
