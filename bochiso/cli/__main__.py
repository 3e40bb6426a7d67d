"""`python -m bochiso.cli`."""

from bochiso.cli import main

main()
