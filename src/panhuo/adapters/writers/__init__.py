"""What goes out: tables by suffix, workbooks, Word, self-contained pages, charts."""
