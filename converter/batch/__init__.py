"""Thousands of filings into one folder: find them, convert each once, lose none."""
