"""Signing in and what protects it: the throttle, passwords, one-time codes; written in the log."""

import hmac
from datetime import datetime

from django.db import transaction

from forbear.compliance.actions import Draft, record
from forbear.strongbox import seal, unseal

from . import events, throttle, totp
from .models import Person
from .passwords import password_is, set_password
from .refusals import CodeRefused, CodesAlreadyAsked, SignInRefused, WrongPassword

TOTP = "totp"


def sign_in(*, email: str, password: str, network: str, at: datetime, real_at: datetime) -> Person:
    """The person behind an address and a password; one with one-time codes still owes `confirm_code`.

    Raises SignInRefused, the same whether the address, the password or the person's activity is wrong, and
    TooManyTries. `real_at` is the machine's own time, which waiting follows.
    """
    account = email.strip().casefold()
    tries = throttle.count_try(account=account, network=network, real_at=real_at)
    person = Person.objects.select_related("organization").filter(email=account).first()
    if not password_is(person, password) or person is None or not person.is_active:
        refuse(person, at)
        raise SignInRefused
    if person.totp_secret:
        throttle.forgive(tries)
    else:
        welcome(person, tries, at, real_at)
    return person


def confirm_code(*, person: Person, code: str, network: str, at: datetime, real_at: datetime) -> None:
    """The second step: a one-time or a recovery code, each good once. Raises CodeRefused, TooManyTries."""
    tries = throttle.count_try(account=person.email, network=network, real_at=real_at)
    if not (use_code(person, code, real_at) or use_recovery_code(person, code)):
        refuse(person, at)
        raise CodeRefused
    welcome(person, tries, at, real_at)


def welcome(person: Person, tries: list[int], at: datetime, real_at: datetime) -> None:
    with transaction.atomic():
        throttle.forgive(tries)
        throttle.forgive_account(person.email)
        throttle.forget_old_tries(real_at=real_at)
        record([Draft(person.organization_id, events.SIGNED_IN, person.actor)], at=at)


def refuse(person: Person | None, at: datetime) -> None:
    """Written down for those we know; a stranger's address belongs to no organization's log."""
    if person is not None:
        with transaction.atomic():
            record([Draft(person.organization_id, events.SIGN_IN_REFUSED, person.actor)], at=at)


def use_code(person: Person, code: str, real_at: datetime) -> bool:
    """Whether the code is right and not used yet; a guarded UPDATE lets only one of two racers have it."""
    if not person.totp_secret:
        return False
    secret = unseal(person.totp_secret, purpose=TOTP)
    step = totp.step_of(secret, code, real_at=real_at, after=person.totp_last_step)
    if step is None:
        return False
    return bool(Person.objects.filter(pk=person.pk, totp_last_step__lt=step).update(totp_last_step=step))


def use_recovery_code(person: Person, code: str) -> bool:
    """Whether the code is one of those left; it is struck out."""
    with transaction.atomic():
        kept = Person.objects.select_for_update().values_list("recovery_codes", flat=True).get(pk=person.pk)
        wanted = totp.recovery_hash(code)
        left = [each for each in kept if not hmac.compare_digest(each, wanted)]
        if len(left) == len(kept):
            return False
        Person.objects.filter(pk=person.pk).update(recovery_codes=left)
    return True


def prove_password(person: Person, password: str, field: str, *, network: str, real_at: datetime) -> None:
    """Somebody who is signed in shows the password again, under the throttle of the door.

    Raises WrongPassword and TooManyTries.
    """
    tries = throttle.count_try(account=person.email, network=network, real_at=real_at)
    if not password_is(person, password):
        raise WrongPassword(fields={field: str(WrongPassword.__doc__)})
    throttle.forgive(tries)


def change_password(*, person: Person, present: str, new: str, network: str, at: datetime, real_at: datetime) -> None:
    """Raises WrongPassword, TooManyTries and WeakPassword. Sessions elsewhere end: they carry a hash of the old one."""
    prove_password(person, present, "present", network=network, real_at=real_at)
    set_password(person, new)
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(password=person.password)
        record([Draft(person.organization_id, events.PASSWORD_CHANGED, person.actor)], at=at)


def enable_totp(*, person: Person, secret: str, code: str, at: datetime, real_at: datetime) -> list[str]:
    """Switches one-time codes on when the app shows the right one; returns the recovery codes, shown once.

    Raises CodeRefused and CodesAlreadyAsked.
    """
    step = totp.step_of(secret, code, real_at=real_at, after=0)
    if step is None:
        raise CodeRefused(fields={"code": str(CodeRefused.__doc__)})
    codes = totp.new_recovery_codes()
    sealed, hashes = seal(secret, purpose=TOTP), [totp.recovery_hash(each) for each in codes]
    with transaction.atomic():
        without = Person.objects.filter(pk=person.pk, totp_secret="")
        if not without.update(totp_secret=sealed, totp_last_step=step, recovery_codes=hashes):
            raise CodesAlreadyAsked
        record([Draft(person.organization_id, events.TOTP_ENABLED, person.actor)], at=at)
    return codes


def disable_totp(*, person: Person, password: str, network: str, at: datetime, real_at: datetime) -> None:
    """Needs the password again. Raises WrongPassword and TooManyTries; switching off twice is harmless."""
    prove_password(person, password, "password", network=network, real_at=real_at)
    with transaction.atomic():
        asked = Person.objects.filter(pk=person.pk).exclude(totp_secret="")
        if asked.update(totp_secret="", recovery_codes=[]):
            record([Draft(person.organization_id, events.TOTP_DISABLED, person.actor)], at=at)
