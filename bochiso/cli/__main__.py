"""`python -m bochiso.cli`."""

from bochiso.cli import main

if __name__ == "__main__":  # processes of our own load this module again, by another name
    main()
