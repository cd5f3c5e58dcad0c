"""Tieout: financial statements printed as text, read into validated XBRL.

Read `converter.model` and then `converter.pipeline`; the rest is one module a stage.
"""

__version__ = "0.1.0"
