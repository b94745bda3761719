"""Forms that do not fit, at every page that takes one: an answer for people, never a broken page."""

from urllib.parse import urlencode

import pytest

from tests.doors.addresses import addresses
from tests.doors.bodies import filled, words_of
from tests.doors.forms import ALL_WRONG, BY_HAND, FORMS, HALF, NO_DAYS, WRONG
from tests.doors.table import PAGES, rows
from tests.doors.visitors import Watch, undone

FORM = "application/x-www-form-urlencoded"
PARTS = 2
# Where a password is asked for, a wrong one is counted and recorded.
COUNTED = {"settings/account/leaving/": {"accounts_brake", "audit_outbox"}}


def posted():
    taken = rows(PAGES)
    return [one for one in addresses() if not one.is_api and "POST" in taken[one.route][0]]


def test_every_page_that_takes_a_form_has_one_that_fits():
    assert {one.route for one in posted()} == set(FORMS), "tests/doors/forms.py knows them"


def bent(form):
    """Yield where, and the form as it is sent with one field put wrong."""
    yield "nothing", b""
    yield "half a letter", b"&".join(name.encode() + b"=" + HALF for name in form) or b"x=" + HALF
    yield "as it should be", urlencode(form).encode()
    for wrong in ALL_WRONG if form else ():
        yield f"all={wrong[:20]!r}", urlencode(dict.fromkeys(form, wrong)).encode()
    for name, value in form.items():
        for wrong in NO_DAYS if value.startswith("20") else WRONG if name in BY_HAND else ():
            yield f"{name}={wrong[:20]!r}", urlencode(form | {name: wrong}).encode()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks_a_page(part, page, cast, samples, record_property):
    nora, words, wrong, asked = page("nora"), words_of(cast, samples.ids), [], 0
    nora.raise_request_exception = False
    cookies, watch = nora.cookies.output(), Watch()
    for address in posted()[part::PARTS]:
        path = address.at(samples.of(address))
        for place, body in bent(filled(FORMS[address.route], words)):
            asked += 1
            if nora.cookies.output() != cookies:
                nora.force_login(cast.nora.user)
                cookies, watch = nora.cookies.output(), Watch()
            with undone():
                answer = nora.post(path, body, content_type=FORM)
                done = watch.done() - COUNTED.get(address.route, set())
            if answer.status_code >= 500:
                wrong.append((address.route, place, repr(answer.exc_info[1])[:200]))
            elif answer.status_code >= 400 and done:
                wrong.append((address.route, place, answer.status_code, "and yet wrote", done))
    record_property("requests", asked)

    assert not wrong, "\n".join(map(str, wrong))


MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n--x--\r\n'
UNREADABLE = {
    "a NUL": (FORM, b"theme=dark%00"),
    "a NUL in a name": (FORM, b"the%00me=dark"),
    "no UTF-8": (FORM, b"theme=%FF"),
    "half a percent": (FORM, b"theme=100%"),
    "501 fields": (FORM, b"&".join(b"a%d=1" % one for one in range(501))),
    "a NUL in a part": (MULTIPART, PART % (b"theme", b"dark\x00")),
    "no boundary": ("multipart/form-data", PART % (b"theme", b"dark")),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_form_that_cannot_be_read_is_refused_before_anybody_is_asked_who_they_are(what, page):
    kind, body = UNREADABLE[what]
    for who, path in ((None, "/theme/"), ("nora", "/theme/"), ("nora", "/orgs/new/"), (None, "/sign-in/")):
        answer = page(who).post(path, body, content_type=kind)
        assert answer.status_code == 400, (who, path)
        assert '<span class="code">400 malformed' in answer.content.decode()


def test_a_body_that_is_no_form_is_read_as_an_empty_one(page, samples):
    nora = page("nora")
    nora.raise_request_exception = False
    kinds = ("multipart/form-data; boundary=x", "application/json")
    broken = []
    for address in posted():
        if address.route == "sign-out/":
            continue
        for kind in kinds:
            with undone():
                answer = nora.post(address.at(samples.of(address)), b"--x\r\n\x00\xff{", content_type=kind)
            if answer.status_code >= 500:
                broken.append((address.route, kind, repr(answer.exc_info[1])[:200]))

    assert not broken, "\n".join(map(str, broken))
