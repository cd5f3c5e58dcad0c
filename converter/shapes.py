"""What a printed number is by what is printed around it: a date, a page, a note."""

from __future__ import annotations

import re

_REACH = 160
"""How much of a very long line is looked at, on either side of a number."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"(?<![a-z]){_MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:\s*,?\s*(?:19|20)\d\d(?!\d))?"
    rf"|\b\d{{1,2}}\s+(?={_MONTH}(?!\w))|\b\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}"
    r"|(?<![\d,.$])(?:19|20)\d\d(?![\d.]|,\d)|'\d\d\b|\bquarter\s+\d\b"
    r"|\b\d{1,2}(?=\)?[\s-]{1,3}(?:weeks?|months?|quarters?)\b)"
    r"|\$?\s?(?<![\d,])[01]?,?000(?:,000)?'?s?\b(?=.{0,40}\bomitted\b)|\(\$?0{3}'?s?\)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\bnotes?\.?\s*(?:no\.?\s*)?\(?\d{1,2}[A-Z]?\)?"
    r"(?:(?:\s*(?:,|&|-|\band\b|\bthrough\b|\bto\b)\s*){1,2}\d{1,2}[A-Z]?(?![\d,.]))*"
    r"|(?<!\$)(?<!\$\s)\((?:[A-Za-z]|\d{1,2})\)(?=\W|$)"
    r"|(?<!\$)\(\d{1,2}(?:\s*(?:,|&|\band\b)\s*\d{1,2})+\)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"\A[\W_]*(?:page\b[\W_]*)?(?:[A-Z]{1,3}\W{0,2})?\d{1,4}(?:\s+of\s+\d+)?[\W_]*"
    r"(?:<?page\b[\W_]*)?\Z"
    r"|\b(?:[A-Z]-)?\d{1,3}\.?\s*(?=table of contents\b)|\bpage\s+(?:[A-Z]-)?\d{1,3}\b"
    r"|\bform\s+(?:8|10)-[KQ]\b(?:\W*\d{1,3}\b)?|\d{1,3}\s*\|\s*(?=(?:19|20)\d\d\b)"
    r"|\b(?:item|part)\s+\d{1,2}[AB]?\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"\A\s*</?[A-Za-z].*")
_FOOTNOTE = re.compile(r"\A\s*(?:\(\w{1,2}\)|\*{1,3}|\[\w\]|\d\))\s*[A-Z(].*")
_WORD = re.compile(r"\b[a-z]{2,}\b")
_GAP = re.compile(r"\s{3,}|\t|\.{3}")
_FEWEST_WORDS = 7
_PRICE = re.compile(r"\$\s*[\d.,]+\s+(?:per|par)\b|\bpar value (?:of )?\$?\s*[\d.]+")
_PRINTED = r"(?<=\s\s)[$(]?[$(\s]{0,12}[\d,.]*\d\b[.,]?\)?(?:\([A-Za-z]\))?"
"""An amount as it stands in a column: signs before it, and perhaps a mark after it."""
_APART = re.compile(rf"{_PRINTED}(?=\s\s[^A-Za-z]*$)")
_IN_COLUMN = re.compile(rf"{_PRINTED}[)%]?(?=\s\s|\s*$)")
_STRAY = re.compile(
    r"(?:\s{2}|\.{3}|\t)[\s$(]*(?:\d{1,3}(?:,\d{3})+|\d+\.\d+)[\s)]*$"
    r"|\$\s*\(?\d[\d,]*\)?\s*$"
)
_BEFORE_STRAY = re.compile(
    r"\b(?:and|of|or|to|at|than|less|par|value|by|from|through)[\s$(]*[\d,.]+[\s)]*$",
    re.IGNORECASE,
)


def near(line: str, at: int) -> tuple[str, int]:
    """What stands near a place on a line, and the place in it: all but of a long line."""
    if len(line) <= 2 * _REACH:
        return line, at
    first = max(0, at - _REACH)
    return line[first : at + _REACH], at - first


def is_date(text: str, at: int) -> bool:
    """Part of a date, of a length of time, or of the words for a scale."""
    return _within(_DATE, text, at)


def is_note(text: str, at: int) -> bool:
    """The number of a note: `(Note 4)`, `(1)`, `Notes 2 and 5`."""
    return _within(_NOTE, text, at)


def in_column(text: str, at: int) -> bool:
    """With a gap before it and no words right after it, as an amount stands in its column."""
    return _within(_IN_COLUMN, text, at) and bool(text[:at].strip(" $("))


def is_page(text: str, at: int) -> bool:
    """The number of a page, by itself or among the words at the foot of a page."""
    return _within(_PAGE, text, at)


def is_tag(text: str, at: int) -> bool:
    """On a line of tags, `<TABLE>  Exhibit 99.3`."""
    return _within(_TAG, text, at)


def is_footnote(text: str, at: int) -> bool:
    """On a line that a mark begins, as under a table, or within running text."""
    if _within(_FOOTNOTE, text, at):
        return True
    running = not _GAP.search(text.strip()) and len(_WORD.findall(text)) >= _FEWEST_WORDS
    return running and _WORD.search(text, at) is not None


def is_price(text: str, at: int) -> bool:
    """A price that words tell: `$3.00 per share`, `par value $.01`."""
    return _within(_PRICE, text, at)


def stands_apart(text: str, at: int) -> bool:
    """With a gap on either side and no words after it, as the first of several amounts."""
    return _within(_APART, text, at) and not is_date(text, at)


def _within(pattern: re.Pattern[str], text: str, at: int) -> bool:
    return any(found.start() <= at < found.end() for found in pattern.finditer(text))


def is_stray_amount(label: str) -> bool:
    """A label that ends in what looks like an amount of its own."""
    end = label[-_REACH:]
    return _STRAY.search(end) is not None and _BEFORE_STRAY.search(end) is None
