"""Making a new mapper from labelled filings: `tieout mapper train`.

Needs the extra `tieout[train]` (pyarrow, scipy); nothing else of the product does.
"""
