"""The golden file: answers as models write them, and the texts that phones get of them.

`python -m tests.domain.answers` writes the texts anew, to be read by eye before they are committed.
"""

from dataclasses import dataclass
from pathlib import Path

from gateway.domain.brevity import excerpt, shape_answer
from gateway.domain.segment import count_segments

GOLDEN = Path(__file__).with_name("answers.txt")
_ANSWER, _TEXT = "%% answer: ", "%% text "


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One answer: its name, what an agent wants of its texts, and the model's words."""

    title: str
    markdown: str
    texts: str

    @property
    def most(self) -> int:
        """The ceiling that its title names."""
        return next((int(word) for word in self.title.split() if word.isdigit()), 4)

    def show(self) -> str:
        """Show the texts that a phone gets, to the last MORE."""
        taken = shape_answer(self.markdown, most=self.most, emoji="no emoji" not in self.title)
        shown, asked = [], 0
        while True:
            for part in taken.parts:
                after = f", after {asked} MORE" if asked else ""
                shown.append(f"{_TEXT}of {count_segments(part)} segment(s){after}\n{part}\n")
            if not taken.rest:
                return "".join(shown)
            taken, asked = excerpt(taken.rest, self.most), asked + 1


def read_golden() -> list[Golden]:
    """Read the golden file."""
    found = []
    for block in GOLDEN.read_text("utf-8").split(_ANSWER)[1:]:
        title, _, body = block.partition("\n")
        markdown, mark, texts = body.partition(_TEXT)
        found.append(Golden(title=title, markdown=markdown.removesuffix("\n"), texts=(mark + texts).rstrip("\n")))
    return found


def main() -> None:
    """Write the texts anew."""
    written = "\n".join(f"{_ANSWER}{each.title}\n{each.markdown}\n{each.show()}" for each in read_golden())
    GOLDEN.write_text(written, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
