"""How much may be sent in: files on the pages that take them and by who is signed in, up to the site's limit.

Middleware reads a form before any page is asked, so the limit stands where the bytes come in.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

DRAINED = 4
"""So many times the limit are read to the end, so that a page can say what was wrong; more is not."""


def most_bytes() -> int:
    """The largest file that may be sent in."""
    return int(settings.SITE.upload_mb) << 20


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was left out because of its size."""
    return bool(getattr(request, "panhuo_too_large", False))


def told_too_large(request: HttpRequest, form: BaseForm, field: str) -> bool:
    """Whether a file was left out because of its size; the form then says only that, beside its field."""
    if not was_too_large(request):
        return False
    form.errors.clear()
    form.add_error(
        field, _("文件超过 %(most_mb)s MB，没有接收。请压缩或只选需要的页。") % {"most_mb": settings.SITE.upload_mb}
    )
    return True


class LimitedUploads(FileUploadHandler):
    """Stands first among Django's handlers: what is beyond the limit is read and thrown away, never kept."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Raises: RequestDataTooBig where even reading it would be too much."""
        request = self.request
        user = getattr(request, "user", None)
        match = getattr(request, "resolver_match", None)
        takes_files = match is not None and getattr(match.func, "takes_files", False)
        takes_files = takes_files and user is not None and user.is_authenticated
        self._most = most_bytes() if takes_files else 0
        self._seen = 0
        if content_length > DRAINED * max(self._most, settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            raise RequestDataTooBig("more than may be sent in")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Raises: SkipFile beyond the limit; the request then remembers that a file was too large."""
        self._seen += len(raw_data)
        if self._seen > self._most:
            self.request.panhuo_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""
