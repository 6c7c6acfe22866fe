"""Distances on the globe."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

EARTH_KM: Final = 6371.0088  # mean radius (IUGG)
Floats = npt.NDArray[np.float64]


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance of two points in degrees, km (haversine: exact enough at every distance)."""
    a, b = math.radians(lat_a), math.radians(lat_b)
    across = math.radians(lon_b - lon_a)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def distances_km(lat_a: Any, lon_a: Any, lat_b: Any, lon_b: Any) -> Floats:  # noqa: ANN401  # arrays that broadcast
    """The same for arrays of degrees, which broadcast."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    across = np.radians(np.subtract(lon_b, lon_a))
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2) ** 2
    found: Floats = 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return found
