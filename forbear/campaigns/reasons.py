"""Reason codes as people read them: a few words for a cell, a whole sentence where there is room."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # held: it leaves by itself
    "outside_hours": "It is too early or too late where these people may be.",
    "holiday": "It is a holiday, and your organization is closed on those.",
    "daily_limit": "The day's messages to one person were sent already.",
    "weekly_limit": "The week's messages to one person were sent already.",
    "over_limit": "One person has had as many messages as your limits allow.",
    "too_soon": "The last message to the same person was too recent.",
    "engine_paused": "The engine is paused.",
    # refused
    "refused_by_person": "A person decided against this contact.",
    "opted_out": "The consumer asked for no more messages.",
    "hold": "A hold on the account or the person stands.",
    "hold_manual": "A person has put the account on hold.",
    "hold_dispute": "The consumer disputes the debt.",
    "hold_attorney": "An attorney speaks for the consumer.",
    "hold_attorney_unnamed": "An attorney speaks for the consumer, and nobody knows who.",
    "hold_cease": "The consumer asked not to be contacted any more.",
    "hold_bankruptcy": "A bankruptcy of the consumer is known.",
    "hold_deceased": "The consumer was reported dead.",
    "hold_legal": "A hold of legal weight stands.",
    "hold_unclear_reply": "A reply may have meant stop: a person reads it first.",
    "not_eligible": "The account's status does not let campaigns write.",
    "no_contact_point": "There is no number or address for this channel.",
    "contact_point_closed": "The number or address no longer reaches this person.",
    "contact_point_held": "A reply from this number may mean stop: a person reads it first.",
    "contact_point_unchecked": "Nobody has checked lately whose number this is.",
    "contact_point_unknown": "Nothing is known about this number or address.",
    "no_open_time": "No lawful hour opens in the next two weeks.",
    "unknown_location": "Nothing says where the person is.",
    "reply_too_late": "The confirmation would have come too late.",
    "too_late": "The time for this message had passed.",
    "unknown_provenance": "Nobody knows whether the consumer gave this number.",
    "disputed_orally": "The consumer disputed the debt by word of mouth.",
    "reassignment_unknown": "Nobody knows whether the number still belongs to this person.",
    "unknown_holidays": "Nobody knows the holidays where this person lives.",
    "reply_to_nothing": "There is no message of the consumer's that this would answer.",
    "duplicate": "The same number or address is on the list twice.",
    "missing_value": "A tag has no value for this person.",
    "unsafe_value": "A value holds ${, which must not reach a reader.",
    "wording": "The finished text breaks a wording rule.",
    "no_recipient": "There is no contact to write to.",
    "no_sender": "No sender is set up for this channel.",
    # taken out
    "campaign_paused": "The campaign was paused.",
    "campaign_completed": "The campaign was completed.",
    "campaign_deleted": "The campaign was deleted.",
    "cancelled_by_hand": "A person cancelled this contact.",
    "campaign_ended": "The campaign has ended.",
    "replied": "The consumer answered.",
    "paid": "The account is paid.",
    "closed": "The account is closed.",
    "escalated": "It was left to a colleague.",
    "replanned": "The steps were changed, and the account was planned anew.",
    "already_in_a_campaign": "The account is in another campaign.",
    "max_attempts": "It was contacted as often as the strategy says, and nobody answered.",
    "days_without_response": "Nobody answered for as many days as the strategy says.",
    "sequence_end": "The strategy has no further step.",
    "left_list": "The account left the list.",
}


def sentence_of(code: str) -> str:
    """One sentence; a code without one is read aloud."""
    return SENTENCES.get(code) or (f"{words_of(code)}." if code else "")


def words_of(code: str) -> str:
    """The code as words: `outside_hours` is "Outside hours"."""
    return code.replace("_", " ").capitalize()
