"""By what a workbook of ours is known when it comes back, and which of its sheets holds no rows."""

from __future__ import annotations

AUTHOR = "Panhuo 盘活"
"""Author in the document properties; stays when people save the workbook again."""

EXPLAINING_SHEET = "说明"
"""The sheet that explains columns; readers leave it out of our own workbooks."""
