"""docs/performance.svg: calls a second beside the constant answer, small calls at 64 connections."""
from html import escape

import figures

COLOURS = {"ours": "#1a7f5a", "peer": "#8c6bb1", "yardstick": "#9aa0a6"}
SAID = {"ours": "merlin-adapter", "peer": "what one would take instead", "yardstick": "yardsticks"}
ROW, LEFT, WIDTH, BAR = 24, 230, 760, 430


def draw(results):
    """The bar is the median, the line across its end from the least to the most of all rounds."""
    told = next((told for told in results["scenarios"] if told["name"] == "echo"), None)
    bars = sorted(shares(told), key=lambda bar: -bar[1].median) if told else []
    most = max((value.most for _, value, _ in bars), default=1)
    height = ROW * len(bars) + 76
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        '<text x="12" y="22" font-weight="bold">Calls a second beside a constant answer of the same Vert.x (small calls, 64'
        " connections)</text>",
    ]
    for i, (name, value, whose) in enumerate(bars):
        lines += bar(36 + ROW * i, name, value, COLOURS[whose], BAR / most)
    for i, (whose, colour) in enumerate(COLOURS.items()):
        x, y = 12 + 240 * i, height - 24
        lines.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>')
        lines.append(f'<text x="{x + 18}" y="{y + 11}">{SAID[whose]}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def shares(told):
    load = told["loads"][0]
    base = next(row["rounds"] for row in load["rows"] if row["server"] == told["base"])
    for row in load["rows"]:
        yield row["server"], figures.ratio(row["rounds"], base, "rate"), told["whose"][row["server"]]


def bar(y, name, value, colour, scale):
    least, middle, most = (LEFT + scale * edge for edge in (value.least, value.median, value.most))
    centre = y + ROW / 2 - 2
    return [
        f'<text x="{LEFT - 8}" y="{centre + 5}" text-anchor="end">{escape(name)}</text>',
        f'<rect x="{LEFT}" y="{y}" width="{middle - LEFT:.1f}" height="{ROW - 6}" fill="{colour}"/>',
        f'<path d="M{least:.1f} {centre}H{most:.1f}" stroke="black" stroke-width="1.5"/>',
        f'<text x="{most + 8:.1f}" y="{centre + 5}">{value.median:.2f}</text>',
    ]
