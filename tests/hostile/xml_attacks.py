"""XML that wants a file read, a host called or memory filled: name -> document, for a canary file and a trap port."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.documents import cnipa, exchange_document, ops_family, patsnap_flat, uspto_grant

_LAUGHS = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">\n' if level else '<!ENTITY l0 "lol">\n' for level in range(10)
)
_PERCENT_LAUGHS = (
    "<!ENTITY % p0 \"<!ENTITY z0 'lol'>\">"
    + "".join(f'<!ENTITY % p{level} "{f"%p{level - 1};" * 10}">' for level in range(1, 9))
    + "%p8;"
)


def doctypes(canary: str, port: int) -> Iterator[tuple[str, str, str]]:
    """Name, DOCTYPE, and the text in the title that uses it."""
    host = f"http://127.0.0.1:{port}"
    root = "us-patent-grant"
    yield "file by SYSTEM entity", f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "file://{canary}">]>', "&x;"
    yield "file by bare path", f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "{canary}">]>', "&x;"
    yield "file by PUBLIC entity", f'<!DOCTYPE {root} [<!ENTITY x PUBLIC "a" "file://{canary}">]>', "&x;"
    yield "host by entity", f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "{host}/e">]>', "&x;"
    yield "ftp by entity", f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "ftp://127.0.0.1:{port}/e">]>', "&x;"
    yield "parameter entity from file", f'<!DOCTYPE {root} [<!ENTITY % p SYSTEM "file://{canary}">%p;]>', ""
    yield "parameter entity from host", f'<!DOCTYPE {root} [<!ENTITY % p SYSTEM "{host}/p.dtd">%p;]>', ""
    yield "DTD from file", f'<!DOCTYPE {root} SYSTEM "file://{canary}">', ""
    yield "DTD from host", f'<!DOCTYPE {root} SYSTEM "{host}/x.dtd">', ""
    yield "public DTD from host", f'<!DOCTYPE {root} PUBLIC "-//X//EN" "{host}/x.dtd">', "&undefined;"
    yield "DTD from a share", f'<!DOCTYPE {root} SYSTEM "//127.0.0.1/share/x.dtd">', ""
    yield "billion laughs", f"<!DOCTYPE {root} [{_LAUGHS}]>", "&l9;"
    yield "billion laughs of parameters", f"<!DOCTYPE {root} [{_PERCENT_LAUGHS}]>", ""
    yield "quadratic blow-up", f'<!DOCTYPE {root} [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 50_000
    yield "entity that contains itself", f'<!DOCTYPE {root} [<!ENTITY a "&a;">]>', "&a;"
    yield "two that contain each other", f'<!DOCTYPE {root} [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"
    yield "laughs in an attribute default", f'<!DOCTYPE {root} [{_LAUGHS}<!ATTLIST p n CDATA "&l9;">]>', ""
    yield "attribute default by DTD", f'<!DOCTYPE {root} [<!ATTLIST invention-title n CDATA "canary-default">]>', ""
    yield (
        "picture entity that hides a file",
        f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "file://{canary} NDATA t>">]>',
        "&x;",
    )
    yield "entity in lower-case disguise", f'<!DOCTYPE {root} [<!ENTITY\tx\nSYSTEM\n"{canary}"\n>]>', "&x;"
    yield "conditional section", f'<!DOCTYPE {root} [<![INCLUDE[<!ENTITY x SYSTEM "{canary}">]]>]>', "&x;"
    yield "very long DOCTYPE", f"<!DOCTYPE {root} [{'<!-- a -->' * 20_000}<!ENTITY x SYSTEM '{canary}'>]>", "&x;"


def bodies(canary: str, port: int) -> Iterator[tuple[str, bytes]]:
    """Documents that attack without a DOCTYPE of that kind."""
    host = f"http://127.0.0.1:{port}"
    grant = uspto_grant(doctype="")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{canary}" parse="text"/>'.encode()
    yield "XInclude of a file", grant.replace(b"Kiln for bricks", include)
    yield "XInclude from a host", grant.replace(b"Kiln for bricks", include.replace(b"file://", host.encode()))
    sheet = f'<?xml-stylesheet type="text/xsl" href="{host}/x.xsl"?>\n<us-patent-grant '.encode()
    yield "style sheet from a host", grant.replace(b"<us-patent-grant ", sheet, 1)
    schema = '<us-patent-grant xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    schema += f'xsi:noNamespaceSchemaLocation="{host}/x.xsd" '
    yield "schema from a host", grant.replace(b"<us-patent-grant ", schema.encode(), 1)
    yield "base from a host", grant.replace(b"<us-patent-grant ", f'<us-patent-grant xml:base="{host}/" '.encode(), 1)
    attack = f'<!DOCTYPE us-patent-grant [<!ENTITY x SYSTEM "file://{canary}">]>\n'
    plain = uspto_grant(doctype=attack, title="&x;").decode()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield f"file entity in {encoding}", plain.replace('"UTF-8"', f'"{encoding}"').encode(encoding)
    seven = plain.replace('encoding="UTF-8"', 'encoding="UTF-7"').replace("<!ENTITY", "+ADwAIQ-ENTITY")
    yield "file entity hidden by UTF-7", seven.encode()
    yield "file entity in EBCDIC", plain.replace("UTF-8", "IBM037").encode("cp037", "replace")
    yield "file entity behind a BOM", b"\xef\xbb\xbf" + plain.encode()
    yield "file entity in the second document", uspto_grant() + plain.encode()
    yield "file entity before exchange documents", _exchange(attack, "&x;")
    yield "laughs before exchange documents", _exchange(f"<!DOCTYPE a [{_LAUGHS}]>", "&l9;")
    yield "file entity in a CNIPA document", cnipa(doctype=attack.replace("us-patent-grant", "a"), title="&x;")
    yield "file entity in an OPS family", _before_root(ops_family(), attack)
    yield "file entity in a flat document", _before_root(patsnap_flat(), attack).replace(b"KILN FOR BRICKS", b"&x;")
    yield "elements without end", b"<us-patent-grant>" + b"<a>" * 200_000
    yield "half a million empty elements", grant.replace(b"Kiln for bricks", b"<a/>" * 700_000)
    attributes = b" ".join(b'a%d=""' % at for at in range(700_000))
    yield "half a million attributes", grant.replace(b'id="d2e53"', attributes)
    yield "attribute of 30 MB", grant.replace(b'id="d2e53"', b'id="' + b"a" * (30 << 20) + b'"')
    yield "text of 63 MB", grant.replace(b"Kiln for bricks", b"a" * (63 << 20))
    yield "text of 80 MB", grant.replace(b"Kiln for bricks", b"a" * (80 << 20))
    yield "half a million namespaces", grant.replace(b'id="d2e53"', attributes.replace(b"a", b"xmlns:a"))


def documents(canary: str, port: int) -> dict[str, bytes]:
    """The whole corpus of documents."""
    found = {
        name: uspto_grant(doctype=doctype + "\n", title=f"Kiln {use}") for name, doctype, use in doctypes(canary, port)
    }
    return found | dict(bodies(canary, port))


def _exchange(doctype: str, title: str) -> bytes:
    content = exchange_document(title=title)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    root = '<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange">'
    return f"{head}{doctype}{root}{content}</exch:exchange-documents>".encode()


def _before_root(document: bytes, doctype: str) -> bytes:
    head, _, rest = document.partition(b"?>\n")
    return head + b"?>\n" + doctype.encode() + rest
