"""Code in a message, coloured on the server: spans with classes, which our stylesheet gives its tokens' colours."""

from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

LONGEST = 8_000  # characters: more stays plain
# Those that people paste. Each lexer is a pile of regular expressions that strangers may feed, so not all 500 of them.
LANGUAGES = frozenset(
    [
        "bash",
        "c",
        "c#",
        "c++",
        "cpp",
        "cs",
        "csharp",
        "css",
        "diff",
        "docker",
        "dockerfile",
        "go",
        "html",
        "ini",
        "java",
        "javascript",
        "js",
        "json",
        "kotlin",
        "kt",
        "lua",
        "nginx",
        "php",
        "powershell",
        "ps1",
        "py",
        "python",
        "r",
        "rb",
        "rs",
        "ruby",
        "rust",
        "scss",
        "sh",
        "shell",
        "sql",
        "swift",
        "toml",
        "ts",
        "typescript",
        "xml",
        "yaml",
        "yml",
        "zsh",
    ]
)
_FORMAT = HtmlFormatter(nowrap=True, classprefix="hl-")


def coloured(code: str, said: str) -> str | None:
    """Return ``code`` as HTML in the language that its fence names, or None where it names none that we know."""
    language = said.strip().partition(" ")[0].lower()
    lexer = _lexer(language) if language in LANGUAGES and len(code) <= LONGEST else None
    return highlight(code, lexer, _FORMAT) if lexer else None


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
