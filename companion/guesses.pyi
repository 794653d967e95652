from collections.abc import Mapping

def guess(question: str, answers: Mapping[str, str], *, right: str) -> Guess: ...

class Guess:
    question: str
    answers: dict[str, str]
    right: str
    name: str
    def __init__(self, question: str, answers: Mapping[str, str], right: str) -> None: ...
    def check(self, *holds: bool) -> None: ...
