"""The first step on a machine with nothing but Python."""

import subprocess
from collections.abc import Mapping

import pytest

from collab import assets, bootstrap


@pytest.fixture
def bundle(tmp_path):
    """A machine that believes what stands in one file."""
    file = tmp_path / "company.pem"
    file.write_text("")
    return str(file)


def heard_by_node(env: Mapping[str, str]) -> str:
    """Return which further authorities Node was told of."""
    asked = [assets._node(), "--print", "process.env.NODE_EXTRA_CA_CERTS || ''"]
    return subprocess.run(asked, env=dict(env), capture_output=True, text=True, check=True).stdout.strip()


def test_uv_and_node_believe_whom_the_machine_believes(bundle):
    env = bootstrap.trusting({"SSL_CERT_FILE": bundle})

    assert env["UV_SYSTEM_CERTS"] == "1"
    assert heard_by_node(env) == bundle


def test_the_machine_s_own_list_is_found(bundle, monkeypatch):
    monkeypatch.setattr(bootstrap, "BUNDLES", ("/nowhere/at/all.pem", bundle))

    assert heard_by_node(bootstrap.trusting({})) == bundle


def test_what_somebody_has_set_themselves_stands(bundle):
    own = {"UV_SYSTEM_CERTS": "0", "NODE_EXTRA_CA_CERTS": "/theirs.pem", "SSL_CERT_FILE": bundle}

    assert bootstrap.trusting(own) == own


def test_without_a_list_nothing_is_changed(monkeypatch):
    monkeypatch.setattr(bootstrap, "BUNDLES", ())

    assert bootstrap.trusting({"PATH": "/bin"}) == {"PATH": "/bin"}
