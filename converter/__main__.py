"""`python -m converter` is the `tieout` command."""

from converter.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
