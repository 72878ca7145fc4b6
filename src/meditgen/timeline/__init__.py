"""Timeline: what sounds when."""

from meditgen.timeline.fit import fit, length_bounds
from meditgen.timeline.passages import passage_choices
from meditgen.timeline.timeline import Cycle, Span, Spoken, Strike, Timeline

__all__ = ["Cycle", "Span", "Spoken", "Strike", "Timeline", "fit", "length_bounds", "passage_choices"]
