"""Between, north of, so many kilometres from."""

from __future__ import annotations

import pytest

from blowback.tools.places import places_in
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.shapes import kilometres, travelled

MOSUL, TIKRIT, BAGHDAD = (36.34, 43.13), (34.60, 43.68), (33.34, 44.40)


@pytest.mark.parametrize(
    ("text", "kind", "middle", "within"),
    [
        ("clashes between Mosul and Tikrit", "corridor", (35.47, 43.41), 5),
        ("on the road from Mosul to Tikrit", "corridor", (35.47, 43.41), 5),
        ("on the Mosul-Tikrit highway", "corridor", (35.47, 43.41), 5),
        ("اشتباكات بين الموصل وتكريت", "corridor", (35.47, 43.41), 5),
        ("على طريق الموصل - تكريت", "corridor", (35.47, 43.41), 5),
        ("30 km north of Mosul", "sector", (36.61, 43.13), 1),
        ("30 kilometres to the south-west of the city of Mosul", "sector", (36.149, 42.895), 1),
        ("10 miles east of Tikrit", "sector", (34.60, 43.856), 1),
        ("على بعد ٣٠ كم شمال الموصل", "sector", (36.61, 43.13), 1),
        ("على بعد 20 كيلومترا جنوبي تكريت", "sector", (34.42, 43.68), 1),
        ("15 km from Baghdad", "ring", BAGHDAD, 1),
        ("تبعد 15 كلم عن بغداد", "ring", BAGHDAD, 1),
        ("north of Mosul", "sector", (36.56, 43.13), 2),
        ("شمال غرب تكريت", "sector", (34.71, 43.54), 3),
    ],
)
def test_shape(small: Gazetteer, text: str, kind: str, middle: tuple[float, float], within: float) -> None:
    one = places_in(text, gazetteer=small)[0]
    assert one.shape is not None
    assert one.shape.kind == kind
    assert kilometres(one.shape.lat, one.shape.lon, *middle) <= within
    assert one.shape.text in text


@pytest.mark.parametrize("text", ["in Mosul and Tikrit", "from Mosul", "Mosul, 30 killed", "في الموصل وتكريت"])
def test_no_shape(small: Gazetteer, text: str) -> None:
    assert [one.shape for one in places_in(text, gazetteer=small) if one.shape] == []


def test_the_corridor_covers_both_ends(small: Gazetteer) -> None:
    a, b = places_in("between Mosul and Tikrit", gazetteer=small)
    assert a.shape == b.shape
    assert a.shape is not None
    for lat, lon in (MOSUL, TIKRIT):
        assert kilometres(a.shape.lat, a.shape.lon, lat, lon) <= a.shape.radius_km


def test_travelling_there_is_as_far_as_said() -> None:
    for bearing in (0, 45, 90, 200, 315):
        assert kilometres(36.0, 43.0, *travelled(36.0, 43.0, bearing, 50)) == pytest.approx(50, abs=0.05)
    assert travelled(0.0, 179.9, 90, 50)[1] < -179
