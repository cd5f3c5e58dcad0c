"""EDGAR's codes of the places where companies are incorporated.

Facts from the EDGAR Filer Manual's table of state and country codes: the states of the
United States, the provinces of Canada, and the countries that filers of text came from.
"""

from __future__ import annotations

import re

_ARTICLES = re.compile(r"^(?:(?:an?|the)\s)?(?:(?:state|commonwealth|province) of\s)?")
_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|
DE Delaware|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|
IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|
MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|
NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|
NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|
PR Puerto Rico|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|
UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming
"""
_ELSEWHERE = """
A0 Alberta|A1 British Columbia|A2 Manitoba|A3 New Brunswick|A4 Newfoundland|
A5 Nova Scotia|A6 Ontario|A7 Prince Edward Island|A8 Quebec|A9 Saskatchewan|B0 Yukon|
Z4 Canada|C1 Argentina|C3 Australia|C4 Austria|C5 Bahamas|C8 Barbados|C9 Belgium|
D0 Bermuda|D5 Brazil|D8 British Virgin Islands|E9 Cayman Islands|F3 Chile|F4 China|
F5 Taiwan|F8 Colombia|G7 Denmark|H9 Finland|I0 France|2M Germany|J8 Greece|Y7 Guernsey|
K3 Hong Kong|K5 Hungary|K7 India|K8 Indonesia|L2 Ireland|Y8 Isle of Man|L3 Israel|
L6 Italy|M0 Japan|Y9 Jersey|M5 Korea|N0 Liberia|N4 Luxembourg|N8 Malaysia|
1T Marshall Islands|O5 Mexico|P7 Netherlands|P8 Netherlands Antilles|Q2 New Zealand|
Q8 Norway|R1 Panama|R5 Peru|R6 Philippines|S1 Portugal|1Z Russia|U0 Singapore|
T3 South Africa|U3 Spain|V7 Sweden|V8 Switzerland|W8 Turkey|X0 United Kingdom|X0 England|
X0 England and Wales
"""
_POSTAL = {
    "A0": "AB", "A1": "BC", "A2": "MB", "A3": "NB", "A4": "NL", "A5": "NS", "A6": "ON",
    "A7": "PE", "A8": "QC", "A9": "SK", "B0": "YT",
}  # fmt: skip


def _codes(text: str) -> dict[str, str]:
    pairs = (entry.strip().partition(" ") for entry in text.split("|"))
    return {name.strip().lower(): code for code, _, name in pairs}


STATES = _codes(_STATES)
"""Two-letter codes of the states, by name in lower case."""

PLACES = STATES | _codes(_ELSEWHERE)
"""EDGAR's two-character codes of states, provinces and countries, by name."""


def state_code(text: str) -> str | None:
    """The code of a state from its name or its postal abbreviation."""
    return _code(text, STATES)


def place_code(text: str) -> str | None:
    """The code of a state, province or country from its name or abbreviation."""
    return _code(text, PLACES)


def postal_state(code: str) -> str | None:
    """The postal abbreviation of a state or province from its EDGAR code."""
    if code == "PR":
        return None  # a country, to dei
    return code if code in STATES.values() else _POSTAL.get(code)


def _code(text: str, table: dict[str, str]) -> str | None:
    name = _ARTICLES.sub("", " ".join(text.replace(".", "").lower().split()))
    if name in table:
        return table[name]
    return name.upper() if name.upper() in STATES.values() else None
