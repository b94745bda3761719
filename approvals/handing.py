"""How a paper leaves: as a file for the disk, never as a page of ours."""

from django.http import HttpResponse

from approvals.models import Paper


def handed_out(kept: Paper) -> HttpResponse:
    response = HttpResponse(bytes(kept.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(kept)}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _file_name(kept: Paper) -> str:
    number = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in kept.number)
    return f"{number or 'request'}-{kept.created_at:%Y%m%d}.pdf"
