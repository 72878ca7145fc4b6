"""meditgen makes guided meditations that are personal."""

__version__ = "0.1.0.dev0"
