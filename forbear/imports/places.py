"""Names that people write where a code is meant."""

from __future__ import annotations

from collections.abc import Mapping

_STATES = """
AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia
FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine
MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada
NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon
PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia
WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico|GU Guam|VI Virgin Islands|AS American Samoa
MP Northern Mariana Islands
"""
US_STATES: Mapping[str, str] = {
    name.lower(): code for code, _, name in (s.partition(" ") for s in _STATES.strip().replace("\n", "|").split("|"))
}

LANGUAGES: Mapping[str, str] = {
    "english": "en", "inglés": "en", "ingles": "en", "eng": "en",
    "spanish": "es", "español": "es", "espanol": "es", "spa": "es",
    "portuguese": "pt", "português": "pt", "portugues": "pt", "por": "pt",
    "french": "fr", "français": "fr", "francais": "fr", "fra": "fr",
}  # fmt: skip

_COUNTRIES = {"US": "the United States", "CA": "Canada", "MX": "Mexico", "GB": "the United Kingdom"}


def country_name(code: str) -> str:
    """For a sentence; the code itself where no name is known."""
    return _COUNTRIES.get(code, code)
