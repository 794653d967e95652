"""What a link to a term brings along of the vocabulary."""

import pytest
from book_terms import definitions, plain
from docutils import nodes


def paragraph(*parts):
    """Make a paragraph of texts and formulas, which are between dollars."""
    made = nodes.paragraph()
    for part in parts:
        made += nodes.math(text=part[1:-1]) if part[0] == "$" else nodes.Text(part)
    return made


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["Two words. And more."], "Two words. And more."),
        (["The chance ", "$p$", " of it."], "The chance p of it."),
        (["The normal, ", r"$\mathcal N(0, I)$", "."], "The normal, N(0, I)."),
        (["One. Then ", r"$\frac{1}{2}$", " of it. It is so."], "One."),
        (["The bound, ", r"$\mathbb E_q[x]$", ". It is low."], "The bound."),
        (["The function ", r"$1/(1+e^{-x})$", "."], ""),
        ([f"{'long ' * 70}. And more. And more."], f"{'long ' * 70}."),
    ],
)
def test_a_definition_is_told_as_far_as_it_can_be_without_formulas(parts, words):
    assert plain(paragraph(*parts)) == " ".join(words.split())


def test_each_spelling_of_a_term_has_its_definition():
    terms = [nodes.term(text, text, ids=[f"term-{text}"]) for text in ("a", "b")]
    item = nodes.definition_list_item("", *terms, nodes.definition("", paragraph("The same.")))
    assert definitions(nodes.definition_list("", item)) == dict.fromkeys(
        ["term-a", "term-b"], "The same."
    )
