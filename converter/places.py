"""EDGAR's codes of the places where companies are incorporated.

Facts from the EDGAR Filer Manual's table of state and country codes: the states of the
United States, the provinces of Canada, and the countries that filers of text came from.
"""

from __future__ import annotations

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
A5 Nova Scotia|A6 Ontario|A8 Quebec|A9 Saskatchewan|Z4 Canada|C5 Bahamas|C8 Barbados|
D0 Bermuda|D8 British Virgin Islands|E9 Cayman Islands|G7 Denmark|I0 France|2M Germany|
K3 Hong Kong|L2 Ireland|L3 Israel|L6 Italy|M0 Japan|N4 Luxembourg|O5 Mexico|
P7 Netherlands|P8 Netherlands Antilles|Q8 Norway|R1 Panama|T3 South Africa|U3 Spain|
V7 Sweden|V8 Switzerland|X0 United Kingdom|X0 England|X0 England and Wales
"""


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


def _code(text: str, table: dict[str, str]) -> str | None:
    name = " ".join(text.replace(".", "").lower().split())
    name = name.removeprefix("the ").removeprefix("state of ").removeprefix("commonwealth of ")
    if name in table:
        return table[name]
    return name.upper() if name.upper() in STATES.values() else None
