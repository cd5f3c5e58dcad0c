"""Exceptions are for calls that cannot be answered; all else is a finding."""

from __future__ import annotations


class ConverterError(Exception):
    """Base of every exception this package raises on purpose."""


class SubmissionError(ConverterError, ValueError):
    """The input is not a text filing at all."""


class OptionsError(ConverterError, ValueError):
    """An option or a rules file is wrong; the message names the key."""


class TaxonomyError(ConverterError, LookupError):
    """A taxonomy release or a concept that was asked for is not there."""


class ValidatorError(ConverterError, RuntimeError):
    """Arelle is missing, or failed for a reason other than the filing."""
