"""Which wording speaks where a step names no template: by channel, language, days past due and tone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from forbear.accounts.states import Bucket

from .models import Template
from .states import Purpose, Tone
from .tones import tone_of

__all__ = ["Choices", "Kind", "choices_of", "tone_of"]

_BUCKETS = (str(Bucket.FIRST), str(Bucket.SECOND), str(Bucket.THIRD), str(Bucket.FINAL))
_EARLY = frozenset({"", str(Bucket.CURRENT)})
ANY_TIME = ""
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What a wording is for. `language` is two letters or a locale such as es-MX; bucket and tone may be empty."""

    organization_id: int
    channel: str
    language: str
    bucket: str
    tone: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The wordings of some organizations: `versions` by what they are for, `languages` by organization."""

    versions: Mapping[Kind, int]
    languages: Mapping[int, str]

    def choose(
        self, organization_id: int, channel: str, language: str, bucket: str | None, tone: str = ""
    ) -> int | None:
        """The id of the current version that fits best, or None where the organization has none for this channel.

        Of the tone asked for, else without a tone, else neutral; for the bucket, else the nearest lower one, else for
        any time, else the nearest higher; in the language, else the organization's own, else English. The language
        weighs most, then the bucket, then the tone.
        """
        for spoken in self._languages(organization_id, language):
            for due in _buckets(bucket or ""):
                for sound in dict.fromkeys((tone, "", str(Tone.NEUTRAL))):
                    version = self.versions.get(Kind(organization_id, channel, spoken, due, sound))
                    if version is not None:
                        return version
        return None

    def _languages(self, organization_id: int, language: str) -> dict[str, None]:
        wanted = (language, self.languages.get(organization_id, ""), FALLBACK_LANGUAGE)
        return dict.fromkeys(code for locale in wanted if locale for code in (locale, locale[:2]))


def _buckets(bucket: str) -> Iterator[str]:
    """The bucket, the lower ones downwards, any time, the higher ones upwards. What is not yet due is early, and words
    for it are the last resort of what is late.
    """
    if bucket in _EARLY:
        yield str(Bucket.CURRENT)
    place = _BUCKETS.index(bucket) if bucket in _BUCKETS else 0
    yield from reversed(_BUCKETS[: place + 1])
    yield ANY_TIME
    yield from _BUCKETS[place + 1 :]
    yield str(Bucket.CURRENT)


def choices_of(organization_ids: Iterable[int]) -> Choices:
    """All wordings that these organizations have in use, for messages about a debt; one query.

    Where several are for the same, the oldest speaks: a text that somebody adds for one campaign changes no other.
    """
    rows = (
        Template.objects.filter(
            organization_id__in=sorted(set(organization_ids)),
            archived_at__isnull=True,
            current__isnull=False,
            purpose=Purpose.COLLECTION,
        )
        .order_by("-pk")
        .values_list("organization_id", "channel", "language", "bucket", "tone", "current_id", "organization__locale")
    )
    versions: dict[Kind, int] = {}
    languages: dict[int, str] = {}
    for organization, channel, language, bucket, tone, version, locale in rows:
        versions[Kind(organization, channel, language, bucket, tone)] = version
        languages[organization] = locale[:2]
    return Choices(versions, languages)
