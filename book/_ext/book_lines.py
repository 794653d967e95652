"""Sphinx extension of the book: where a line may end, and how a number is written.

A formula is a box to a browser, which may begin the next line with the comma behind it. The short
name of a row stands on one line, and so does N(0, I). A program prints a hyphen before a number
where a book has a minus; what a program reads stays as it is. A measured number has a thin space
for its thousands, so that a program reads it as one; on the page it has a comma, as all others.
"""

import re

SHORT = 24  # characters of a row's name, at most, which stand on one line
OPENING = r"[(\N{LEFT DOUBLE QUOTATION MARK}]"
CLOSING = r"(?:-\w+|[,.;:!?)\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]+)"
FORMULA = re.compile(
    rf'({OPENING}*)(<span class="math notranslate nohighlight">\\\((?:(?!\\\)).)*\\\)</span>)'
    rf"((?:{CLOSING})?)",
    re.DOTALL,
)
ROW = re.compile(rf'<th scope="row">(?=[^<]{{1,{SHORT}}}</th>)')
CODE = re.compile(r"(<(pre|code)\b.*?</\2>)", re.DOTALL)
PRINTED = re.compile(r'<div class="output (?:stream|text_plain) [^>]*>.*?</pre>', re.DOTALL)
NEGATIVE = re.compile(r"(?<![\w.)\]>-])-(?=[\d.])|(?<=<span></span>)-(?=[\d.])")
THOUSANDS = re.compile(r"(?<=\d)\N{NARROW NO-BREAK SPACE}(?=\d{3}(?!\d))")


def keep_together(body):
    """Give the HTML of a page whose lines end where a reader expects it."""
    body = PRINTED.sub(lambda output: NEGATIVE.sub("\N{MINUS SIGN}", output[0]), body)
    body = THOUSANDS.sub(",", body)
    body = FORMULA.sub(_together, body)
    body = ROW.sub('<th scope="row" class="short">', body)
    parts = CODE.split(body)  # text, code, the name of its tag, text ...
    parts[::3] = [text.replace("N(0, I)", "N(0,\N{NO-BREAK SPACE}I)") for text in parts[::3]]
    del parts[2::3]
    return "".join(parts)


def _together(match):
    before, formula, behind = match.groups()
    return f'<span class="together">{match[0]}</span>' if before or behind else formula


def lines_of(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = keep_together(context["body"])


def setup(app):
    app.connect("html-page-context", lines_of)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
