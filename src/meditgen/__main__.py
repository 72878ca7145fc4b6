"""``python -m meditgen``."""

from meditgen.cli import main

main()
