"""What every answer carries."""

from django.http import HttpResponse
from django.test import RequestFactory

from forbear.web.middleware import SecurityHeaders


def answered(**headers):
    return SecurityHeaders(lambda request: HttpResponse("x", headers=headers))(RequestFactory().get("/"))


def test_no_stranger_frames_a_page_or_runs_a_script_in_it():
    policy = answered()["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert answered()["X-Content-Type-Options"] == "nosniff"


def test_an_answer_may_bring_its_own_policy():
    assert (
        answered(**{"Content-Security-Policy": "default-src 'none'"})["Content-Security-Policy"] == "default-src 'none'"
    )


def test_nothing_is_kept_by_a_cache_unless_it_says_so():
    for kind in ("text/html", "application/json", "text/csv"):
        assert answered(**{"Content-Type": kind})["Cache-Control"] == "no-store, private"
    assert answered(**{"Cache-Control": "max-age=60"})["Cache-Control"] == "max-age=60"
