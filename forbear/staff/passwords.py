"""Which passwords we take, and how they are kept (Argon2 first, see settings)."""

import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from .models import Person
from .refusals import WeakPassword

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def set_password(person: Person, password: str) -> None:
    """Puts a password on a person who is not saved yet; raises WeakPassword with what is wrong with it."""
    try:
        validate_password(password, person)
    except ValidationError as wrong:
        sentence = " ".join(wrong.messages)
        raise WeakPassword(sentence, fields={"password": sentence}) from wrong
    person.password = make_password(password)


def password_is(person: Person | None, password: str) -> bool:
    """Takes the same time whether the person exists or not, and never upgrades a hash on the way."""
    if person is None:
        make_password(password)
        return False
    return check_password(password, person.password)


def new_password() -> str:
    """Twenty letters without look-alikes: over a hundred bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(20))
