"""What a document can be about: stable ids with their words, by family. Ids are never changed, words may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FAMILIES: Final[Mapping[str, Mapping[str, str]]] = {
    "Vehicles": {
        "vehicle": "vehicle",
        "motorcycle": "motorcycle",
        "commercial_truck": "commercial truck",
        "trailer": "trailer",
        "recreational_vehicle": "recreational vehicle",
        "boat": "boat",
        "aircraft": "aircraft",
        "railcar": "railcar",
    },
    "Homes and land": {
        "mobile_home": "mobile home",
        "manufactured_home": "manufactured home",
        "leasehold_estate": "leasehold estate",
        "fixtures": "fixtures",
        "timber": "standing timber",
    },
    "Farm": {
        "agricultural_machinery": "agricultural machinery",
        "livestock": "livestock",
        "crops": "crops",
    },
    "Equipment": {
        "construction_equipment": "construction equipment",
        "industrial_equipment": "industrial equipment",
        "medical_equipment": "medical equipment",
        "office_equipment": "office equipment",
        "electronics": "electronics",
    },
    "Goods and rights": {
        "furniture": "furniture",
        "household_goods": "household goods",
        "jewelry": "jewelry",
        "artwork": "artwork",
        "musical_instrument": "musical instrument",
        "inventory": "inventory",
        "receivables": "receivables",
        "securities": "securities",
        "intellectual_property": "intellectual property",
        "other": "other personal property",
    },
}
WORDS: Final[Mapping[str, str]] = {kind: words for family in FAMILIES.values() for kind, words in family.items()}


def words_of(kind: str) -> str:
    """`agricultural_machinery` is agricultural machinery; an id of long ago is read aloud."""
    return WORDS.get(kind, kind.replace("_", " "))
