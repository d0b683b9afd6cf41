"""From rounds to figures: medians and ratios, with the least and the most of what they are made of."""
import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Figure:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values):
        return cls(statistics.median(values), min(values), max(values))


def figure(rounds, field):
    return Figure.of([told[field] for told in rounds])


def ratio(rounds, base, field):
    """Of each round to the same round of the base, so that what disturbed both is in neither; None where that can't be."""
    pairs = [(told[field], other[field]) for told, other in zip(rounds, base)]
    if not pairs or any(other == 0 for _, other in pairs):
        return None
    return Figure.of([one / other for one, other in pairs])


def rounds_of(results, scenario, load, server):
    """None where it was not measured: there may be no images."""
    for told in results["scenarios"]:
        for loaded in told["loads"]:
            for row in loaded["rows"]:
                if (told["name"], loaded["label"], row["server"]) == (scenario, load, server):
                    return row["rounds"]
    return None


def short(number):
    """Three digits, without an exponent."""
    if number == 0:
        return "0"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


def shown(value, factor=1.0):
    """The median, and what it lies between, where that is not the same."""
    if value is None:
        return "–"
    median, least, most = (short(factor * number) for number in (value.median, value.least, value.most))
    return median if least == most else f"{median} ({least}–{most})"
