"""Files as people have them, made by code: pages, Word, PDF, Excel, Parquet, ZIP. Every text in them is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

STORY = (
    "The harbour office in Exampleton said on Monday that the crane which fell last week had been inspected in May.",
    "“Nobody was told to work under it,” said Ann Example, who speaks for the office. She did not take questions.",
    "The dockers’ union called that untrue and said that it would publish the rota of the night shift on Thursday.",
    "Two people are still in hospital. Their families asked to be left alone, and the mayor promised an inquiry.",
)
TEXT = "\n".join(STORY)
FURNITURE = (
    "We use cookies and similar technologies",
    "Sign up for the Invented Gazette newsletter",
    "Ten harbours you have to see",
    "What a load of nonsense",
    "Share this on social media",
    "All rights reserved",
    "Weather today: rain",
)

_PAGE = """<!DOCTYPE html>
<html lang="en"><head>{charset}
<title>Crane had been inspected, office says – Invented Gazette</title>
<meta property="og:site_name" content="Invented Gazette">
<meta property="og:title" content="Crane had been inspected, office says">
<meta name="author" content="Bo Example">
<link rel="canonical" href="https://gazette.example/crane">
{more}
</head><body>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies and similar technologies to improve your visit.</p>
<button>Accept all</button></div>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li>
<li><a href="/w">Weather today: rain</a></li></ul></nav>
<main><article><h1>Crane had been inspected, office says</h1>
<p class="byline">By Bo Example</p><time datetime="2025-03-04T18:32:00+00:00">4 March 2025</time>
<figure><img src="crane.jpg" alt=""><figcaption>The crane in May. Photograph: Invented Gazette</figcaption></figure>
{story}
<div class="newsletter-signup"><p>Sign up for the Invented Gazette newsletter, every morning.</p></div>
</article>
<aside class="related"><h2>More on this story</h2><ul><li><a href="/10">Ten harbours you have to see</a></li>
<li><a href="/11">Why cranes fall: our guide to lifting gear</a></li></ul></aside>
<div class="social-share"><p>Share this on social media</p></div>
<section id="comments" class="comments"><h2>Comments</h2>
<div class="comment"><p>What a load of nonsense, I was there.</p></div></section>
</main><footer><p>© 2025 Invented Gazette. All rights reserved.</p></footer></body></html>
"""
JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",
"headline": "Crane had been inspected, office says", "datePublished": "2025-03-04T18:32:00Z",
"author": [{"@type": "Person", "name": "Bo Example"}],
"publisher": {"@type": "Organization", "name": "Invented Gazette"}}]}
</script>"""


def page(
    story: Sequence[str] = STORY, *, encoding: str = "utf-8", charset: str | None = None, more: str = JSON_LD
) -> bytes:
    """A news page as a browser saves it; `charset` is what it says of itself, where that is not the truth."""
    said = f'<meta charset="{charset or encoding}">' if charset != "" else ""
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in story)
    return _PAGE.format(charset=said, more=more, story=body).encode(encoding)


def mhtml(content: bytes) -> bytes:
    """The same page in one file, as Chrome saves it."""
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    whole = MIMEMultipart("related")
    whole["Subject"] = "Crane had been inspected"
    whole.attach(MIMEText(content.decode("utf-8"), "html", "utf-8"))
    whole.attach(MIMEText("p { margin: 0 }", "css", "utf-8"))
    return whole.as_bytes()


def mail(
    body: str = "\n\n".join(STORY),
    *,
    subject: str = "Crane had been inspected",
    kind: str = "plain",
    attached: str = "",
) -> bytes:
    """An e-mail as a mail program saves it."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.org", "me@example.org", subject
    message["Date"] = "Tue, 04 Mar 2025 23:30:00 -0500"
    message.set_content(body, subtype=kind)
    if attached:
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=attached)
    return message.as_bytes()


def word(paragraphs: Sequence[str] = STORY, *, heading: str = "", table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file."""
    from docx import Document

    document = Document()
    if heading:
        document.add_heading(heading, level=0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for i, row in enumerate(table):
            for j, cell in enumerate(row):
                grid.cell(i, j).text = cell
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with a text layer: a line of text for each string, one list a page. An empty list is a page like a scan."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    stream = io.BytesIO()
    with rc_context({"pdf.fonttype": 42}), PdfPages(stream) as out:
        for lines in pages:
            figure = Figure(figsize=(8, 11))
            for i, line in enumerate(lines):
                figure.text(0.08, 0.92 - i * 0.03, line, fontsize=9, parse_math=False)
            if not lines:
                figure.figimage([[0.0, 1.0], [1.0, 0.0]], 90, 90)
            out.savefig(figure)
    return stream.getvalue()


def small_pdf(line: str) -> bytes:
    """The smallest PDF with a text layer, written by hand: a page with one line in a font that every reader has."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({line.encode('ascii', 'ignore').decode()}) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>",
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return f"{out}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def locked(content: bytes) -> bytes:
    """The same PDF, opened by a password only."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(content)))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An Excel workbook, rows of cells a sheet."""
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    """A Parquet file."""
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


def archive(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of the given members, with fixed times. Names are written as they are given, hostile ones too."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def fill(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """The folder with the given files in it; their own folders are made."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
