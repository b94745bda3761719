"""The program in the API guide that listens to a channel, as it stands there, against a real server."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

from tests.docs.guide import blocks


def ask(url, token, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=15) as answer:
        return json.load(answer)


def new_token(desk):
    """Make a token as the guide says, on the page."""
    page = desk("nora").open("/settings/tokens/")
    page.locator("#new-token input[name=name]").fill("socket")
    page.locator("#new-token select[name=scope]").select_option("write")
    page.locator("#new-token button[type=submit]").click()
    return page.locator("#created input").input_value()


def hear_ctrl_c():
    """Undo what a shell does to whatever it runs in the background: the program would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_the_program_hears_what_is_written_and_goes_on_where_it_stopped(server, desk, tmp_path):
    token, address = new_token(desk), f"{server}/api/v1"
    workspace = ask(f"{address}/workspaces/", token)["results"][0]
    channel = ask(f"{address}/workspaces/{workspace['id']}/channels/", token)["results"][0]
    program = next(one for one in blocks("api.md", "python") if "websockets" in one)
    environment = {**os.environ, "ADDRESS": address, "TOKEN": token, "CHANNEL": channel["id"]}

    def post(words):
        ask(f"{address}/channels/{channel['id']}/messages/", token, {"body": words})

    def listen(count):
        """Return what the program prints first."""
        command = [sys.executable, "-c", program]
        with subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=hear_ctrl_c,
        ) as it:
            printed = [it.stdout.readline() for _ in range(count)]
            it.send_signal(signal.SIGINT)  # Ctrl-C: it keeps how far it came
        return printed

    (tmp_path / "last-seq").write_text(str(channel["last_event_seq"]))
    post("The first one")
    assert listen(1) == ["Nora Lindqvist writes: The first one\n"]
    post("While nobody listened")
    post("Once more")
    heard = listen(2)
    assert heard == ["Nora Lindqvist writes: While nobody listened\n", "Nora Lindqvist writes: Once more\n"]
