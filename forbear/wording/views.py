"""Templates: the list by bucket, the editor with its live preview, versions and what changed between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.web.wire import found

from . import actions, lint, previews, queries, scripts, segments, tags, wellformed
from .forms import Filter, TemplateForm
from .models import Template
from .states import Channel

ALL = "all"
WORDS = ("name", "bucket", "tone", "subject", "body")
# Words that repeat are compared each with each, which in a long text of one word would take minutes.
LOOKED_AT_CLOSELY = 1_000


@require_GET
@staff_page("templates:read")
def templates(request: StaffRequest) -> HttpResponse:
    """Templates by days past due, one tab each; a filter without a tab looks under all of them."""
    form = Filter(request.GET)
    words = form.words()
    shelves = queries.catalogue(request.organization, **words)
    first = ALL if any(words.values()) or not shelves else shelves[0].tab
    tab = request.GET.get("bucket") or first
    shown = [shelf for shelf in shelves if tab in (ALL, shelf.tab)]
    context = {
        "form": form,
        "tab": tab,
        "tabs": _tabs(request, shelves),
        "shelves": shown,
        "may_write": _may_write(request),
    }
    return render(request, "wording/templates.html", context)


def _tabs(request: StaffRequest, shelves: Sequence[queries.Shelf]) -> list[tuple[str, str, str, int]]:
    """Name, address, title and how many stand there; the filter stays."""
    counts = Counter[tuple[str, str]]()
    for shelf in shelves:
        counts[shelf.tab, shelf.title] += len(shelf.listed)
    counts[ALL, "All"] = sum(counts.values())
    kept = {name: value for name, value in request.GET.items() if name != "bucket" and value}
    return [(tab, f"?{urlencode({**kept, 'bucket': tab})}", title, count) for (tab, title), count in counts.items()]


@require_http_methods(["GET", "POST"])
@staff_page("templates:write")
def new_template(request: StaffRequest) -> HttpResponse:
    """A blank editor, or the template that it made."""
    form = TemplateForm(request.POST or None, initial={"bucket": request.GET.get("bucket", "")})
    if request.method == "POST" and form.is_valid():
        try:
            template = actions.create_template(
                organization=request.organization,
                actor=request.user.actor,
                at=clock.now(),
                **form.cleaned_data,
            )
        except actions.UnusableTemplate as refusal:
            form.refuse(refusal)
        else:
            return redirect("template", template.public_id)
    return _editor(request, form, None)


@require_http_methods(["GET", "POST"])
@staff_page("templates:read")
def template(request: StaffRequest, template_id: str) -> HttpResponse:
    """One template: its text and versions; a changed text is saved as the next version."""
    one = _template(request, template_id)
    form = TemplateForm(request.POST or None, template=one)
    if request.method == "POST":
        holder_of(request.user).require("templates:write")
        if form.is_valid():
            words = {name: form.cleaned_data[name] for name in WORDS if name in form.cleaned_data}
            try:
                actions.revise_template(template=one, actor=request.user.actor, at=clock.now(), **words)
            except (actions.UnusableTemplate, actions.TemplateArchived) as refusal:
                form.refuse(refusal)
            else:
                return redirect("template", one.public_id)
    return _editor(request, form, one)


def _editor(request: StaffRequest, form: TemplateForm, one: Template | None) -> HttpResponse:
    may_write = _may_write(request) and not (one and one.archived_at)
    if not may_write:
        form.only_read()
    words = _typed(request, one)
    typed = {name: str(form[name].value() or "") for name in ("body", "subject") if name in form.fields}
    context = {
        "form": form,
        "template": one,
        "language": queries.language_name(one.language) if one else "",
        "versions": queries.versions_of(one) if one else [],
        "choices": queries.known_fields(request.organization),
        "contacts": previews.contacts_to_preview(request.organization),
        "may_write": may_write,
        **_seen(request, {**words, **typed}),
    }
    return render(request, "wording/editor.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page("templates:read")
def preview(request: StaffRequest) -> HttpResponse:
    """What stands beside the text while it is typed: the preview, the segments, the findings."""
    one = _template(request, request.POST["template"]) if request.POST.get("template") else None
    return render(request, "wording/_seen.html", _seen(request, _typed(request, one)))


def _typed(request: StaffRequest, one: Template | None) -> dict[str, str]:
    """The editor's fields as they are now; channel and language are the template's own once it has them."""
    given = request.POST or request.GET
    channel = one.channel if one else given.get("channel", "")
    channel = channel if channel in set(Channel) else str(Channel.SMS)
    return {
        "body": given.get("body", "")[: wellformed.LONGEST_OTHER],
        "subject": given.get("subject", "")[: wellformed.LONGEST_SUBJECT] if channel == Channel.EMAIL else "",
        "channel": channel,
        "language": one.language if one else given.get("language", "en")[:5],
        "bucket": given.get("bucket", one.bucket if one else "")[:8],
        "account": given.get("account", ""),
    }


def _seen(request: StaffRequest, words: dict[str, str]) -> dict[str, Any]:
    account = _account(request, words.pop("account", ""))
    findings = queries.judged(request.organization, **words) if words["body"].strip() else ()
    try:
        seen = previews.preview(request.organization, account=account, **words)
    except tags.BrokenTag:
        seen = None
    estimate = lint.estimate(words["body"])
    return {
        "seen": seen,
        "findings": _together(findings, seen.findings if seen and account else ()),
        "segments": seen.segments if seen else segments.count(estimate),
        "odd": segments.odd_characters(estimate),
        "is_sms": words["channel"] == Channel.SMS,
        "is_letter": words["channel"] == Channel.EMAIL,
        "script": _script(request, seen) if words["channel"] == Channel.VOICE else None,
        "account": account,
    }


def _script(request: StaffRequest, seen: previews.Preview | None) -> scripts.Script | None:
    """What would be said, without a voicemail that would not be left."""
    if seen is None:
        return None
    script = scripts.script_of(seen.text)
    return replace(script, voicemail=scripts.voicemail_for(script, actor=request.organization.actor))


def _together(written: tuple[lint.Finding, ...], sent: tuple[lint.Finding, ...]) -> list[lint.Finding]:
    """What is wrong with the body, then what is wrong only with this contact's text."""
    known = {finding.code for finding in written}
    return [*written, *(finding for finding in sent if finding.code not in known)]


def _account(request: StaffRequest, public: str) -> Account | None:
    number = number_of(Account.prefix, public)
    rows = Account.objects.of(request.organization).select_related("consumer", "creditor")
    return rows.filter(pk=number).first() if number else None


@require_GET
@staff_page("templates:read")
def version(request: StaffRequest, template_id: str, number: int) -> HttpResponse:
    """One version, and what it changed in the one before."""
    one = _template(request, template_id)
    shown = queries.version_of(one, number)
    if shown is None:
        raise NotFound
    before = queries.version_of(one, number - 1)
    context = {
        "template": one,
        "language": queries.language_name(one.language),
        "version": shown,
        "before": before,
        "pieces": difference(before.body if before else "", shown.body),
        "subject_pieces": difference(before.subject if before else "", shown.subject),
        "crumbs": [("Templates", reverse("templates")), (one.name, reverse("template", args=[one.public_id]))],
    }
    return render(request, "wording/version.html", context)


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """The two texts as one, word by word: ("same" | "gone" | "new", words)."""
    old, new = _words(before), _words(after)
    pieces: list[tuple[str, str]] = []
    many = len(old) + len(new) > LOOKED_AT_CLOSELY
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=many).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[i:j])))
            continue
        pieces += [(word, text) for word, text in (("gone", "".join(old[i:j])), ("new", "".join(new[k:m]))) if text]
    return pieces


def _words(text: str) -> list[str]:
    return [piece for word in text.split(" ") for piece in (word, " ")][:-1] if text else []


@require_POST
@staff_page("templates:write")
def archive(request: StaffRequest, template_id: str) -> HttpResponse:
    """Take it out of every choice."""
    one = _template(request, template_id)
    actions.archive_template(template=one, actor=request.user.actor, at=clock.now())
    return redirect("templates")


def _template(request: StaffRequest, template_id: str) -> Template:
    rows = Template.objects.of(request.organization).select_related("current", "organization")
    return found(rows, template_id)  # type: ignore[return-value]


def _may_write(request: StaffRequest) -> bool:
    return holder_of(request.user).may("templates:write")
