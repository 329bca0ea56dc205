"""A unit's signals over a range, as charts show them: its newest samples, or one of the coarser memories."""

import numpy as np

from connected_ops.engine.pipeline import Pipeline
from connected_ops.history.tiers import TIERS
from connected_ops.read_model import Range, SeriesView
from connected_ops.validation.rules import VERDICT_NAMES

TIER_OF: dict[Range, int] = {"4h": 0, "14d": 1}
"""Which of the tiers holds a range; the newest samples hold the shortest."""


def series_view(pipeline: Pipeline, place: int, span: Range, *, live: bool) -> SeriesView:
    """The series of the unit at `place`. The bucket that a `live` unit still fills is left out where there is another:
    so a bucket that is shown stays as it is, and a picture of it may be kept."""
    if span not in TIER_OF:
        samples = pipeline.history.window.samples(place)
        verdicts = tuple(VERDICT_NAMES[each] for each in samples.verdict.tolist())
        return SeriesView(span, 0.0, samples.ts, samples.believed, verdicts)
    width = float(TIERS[TIER_OF[span]].width_s)
    start, means = pipeline.history.tiers[TIER_OF[span]].series(place)
    newest = float(pipeline.known.newest[place])
    if live and len(start) > 1 and newest < start[-1] + width:
        start, means = start[:-1], means[:-1]
    middle = np.minimum(start + width / 2, np.maximum(newest, start))  # no point stands later than its newest sample
    return SeriesView(span, width, middle, means.astype(np.float64))
