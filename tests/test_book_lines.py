"""Tests of where a line of the book may end, and of how its numbers are written."""

import pytest
from book_lines import keep_together

MATH = r'<span class="math notranslate nohighlight">\(a\)</span>'
GAP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("for {}, and", "for [{},] and"),
        ("so ({}) is", "so [({})] is"),
        ("the {}-th", "the [{}-th]"),
        ("of {} is", "of {} is"),
        ("<em>{}</em>; so", "<em>{}</em>; so"),  # what is not nested stays
    ],
)
def test_a_formula_stays_with_the_marks_at_its_sides(written, kept):
    kept = kept.replace("[", '<span class="together">').replace("]", "</span>")
    assert keep_together(written.format(MATH)) == kept.format(MATH)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<th scope="row">beta 0.1</th>', '<th scope="row" class="short">beta 0.1</th>'),
        (f'<th scope="row">{"long " * 5}</th>', f'<th scope="row">{"long " * 5}</th>'),
        ("<p>from N(0, I)</p>", f"<p>from N(0,{GAP}I)</p>"),
        ("<code>N(0, I)</code> <pre>N(0, I)</pre>", "<code>N(0, I)</code> <pre>N(0, I)</pre>"),
    ],
)
def test_a_short_name_stands_on_one_line(written, kept):
    assert keep_together(written) == kept


@pytest.mark.parametrize(
    ("printed", "shown"),
    [("-18,266 nats", "M18,266 nats"), ("43 -446", "43 M446"), ("[-1 2-3]", "[M1 2-3]"),
     ("one-hot, x -y, 1e-05", "one-hot, x -y, 1e-05")],
)  # fmt: skip
def test_what_a_cell_prints_has_a_true_minus(printed, shown):
    output = '<div class="output stream highlight"><div><pre><span></span>{}</pre></div></div>'
    assert keep_together(output.format(printed)) == output.format(shown.replace("M", MINUS))
    code = f"<div><pre><span></span>{printed}</pre></div>"
    assert keep_together(code) == code


def test_a_large_number_has_a_comma():
    thin = "\N{NARROW NO-BREAK SPACE}"
    assert keep_together(f"<td>1{thin}234{thin}567</td>") == "<td>1,234,567</td>"
    assert keep_together(f"5{thin}\N{MIDDLE DOT}{thin}10") == f"5{thin}\N{MIDDLE DOT}{thin}10"
