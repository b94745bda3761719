"""The first step of `make up`: an environment with everything in it, on a machine with nothing but Python.

It runs before anything is installed, so it uses the standard library alone; and it is read by any
Python 3, so that a too old one gets a sentence and not a traceback.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")
STAMP = os.path.join(ENVIRONMENT, "installed")
NEEDED = (3, 11)
# Where Linux keeps whom it believes: Debian and Alpine, Red Hat, SUSE.
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)


def main(words):
    if sys.version_info < NEEDED:
        have = ".".join(map(str, sys.version_info[:3]))
        fail(f"Collab needs Python 3.11 or newer, this is {have}. Name another: make up PYTHON=python3.12")
    if not os.path.exists(PYTHON):
        say("making the environment")
        import venv

        try:
            venv.create(ENVIRONMENT, with_pip=True, clear=True)
        except (subprocess.CalledProcessError, OSError, ImportError):
            fail("Python cannot make an environment here. On Debian or Ubuntu: apt-get install python3-venv")
    wanted = digest("uv.lock", "pyproject.toml")
    if read(STAMP) != wanted:
        say("installing packages")
        install()
        with open(STAMP, "w") as stamp:
            stamp.write(wanted)
    if words:
        os.chdir(ROOT)
        os.execv(PYTHON, [PYTHON] + words)


def install():
    uv = os.path.join(ENVIRONMENT, "bin", "uv")
    try:
        if not os.path.exists(uv):
            pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.check_call([*pip, "--require-hashes", "-r", os.path.join(ROOT, "collab", "uv.txt")])
        sync = [uv, "sync", "--frozen", "--inexact", "--all-extras", "--quiet", "--python", PYTHON]
        subprocess.check_call(sync, cwd=ROOT, env=trusting(os.environ))
    except (subprocess.CalledProcessError, OSError):
        fail("The packages could not be installed; the lines above say why. Is the package index reachable?")


def trusting(env):
    """Return ``env`` in which uv and Node believe whom this machine believes.

    They come with lists of their own, which do not know a company's proxy that looks inside TLS. What somebody has
    set themselves stands.
    """
    bundle = env.get("SSL_CERT_FILE") or next((one for one in BUNDLES if os.path.exists(one)), "")
    return {**({"UV_SYSTEM_CERTS": "1", "NODE_EXTRA_CA_CERTS": bundle} if bundle else {}), **env}


def digest(*names):
    found = hashlib.sha256()
    for name in names:
        with open(os.path.join(ROOT, name), "rb") as file:
            found.update(file.read())
    return found.hexdigest()


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def say(words):
    sys.stderr.write(f"  {words} ...\n")
    sys.stderr.flush()


def fail(sentence):
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)


if __name__ == "__main__":
    main(sys.argv[1:])
