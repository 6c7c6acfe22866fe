"""What a reader sees beside a finding on claims."""

from __future__ import annotations

from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Panel


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """Nothing yet."""
    return ()
