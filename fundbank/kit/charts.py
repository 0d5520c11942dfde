"""Where the lines of a chart run: whole numbers in, the points of a picture out. Pages and papers draw them in their own way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 5)
MOST_STEPS = 5


@dataclass(frozen=True)
class Frame:
    """The room for a chart, in the picture's own units: its size, and what is kept free at the left and below for words."""

    wide: int
    high: int
    left: int
    below: int
    above: int = 12
    right: int = 12


@dataclass(frozen=True)
class Chart:
    """A band between the lowest and the highest of three lines, with the points of each as (x, y), y downwards.

    ``levels`` are the values that the axis names with their heights; ``marks`` the places that are named below, with their words.
    ``zero`` is the height of nothing, ``first_below`` where the lowest line first ends below it.
    """

    frame: Frame
    low: Sequence[tuple[int, int]]
    middle: Sequence[tuple[int, int]]
    high: Sequence[tuple[int, int]]
    levels: Sequence[tuple[int, int]]
    marks: Sequence[tuple[int, str]]
    zero: int
    first_below: tuple[int, int] | None

    @property
    def band(self) -> list[tuple[int, int]]:
        """The outline of what lies between the lines."""
        return [*self.high, *reversed(self.low)]


def band_chart(frame: Frame, *, low: Sequence[int], middle: Sequence[int], high: Sequence[int], marks: Sequence[tuple[int, str]]) -> Chart:
    """Lay three lines of equally many values into the frame; ``marks`` names places by their number, from 0. The axis holds 0."""
    levels = levels_of(min(0, *low, *middle, *high), max(0, *low, *middle, *high))
    bottom, top = levels[0], levels[-1]

    def y(value: int) -> int:
        return frame.above + (top - value) * (frame.high - frame.above - frame.below) // (top - bottom)

    def x(place: int) -> int:
        return frame.left + place * (frame.wide - frame.left - frame.right) // max(len(middle) - 1, 1)

    below = next((place for place, value in enumerate(low) if value < 0), None)

    def line(values: Sequence[int]) -> list[tuple[int, int]]:
        return [(x(place), y(value)) for place, value in enumerate(values)]

    return Chart(
        frame,
        line(low),
        line(middle),
        line(high),
        levels=[(value, y(value)) for value in levels],
        marks=[(x(place), word) for place, word in marks],
        zero=y(0),
        first_below=None if below is None else (x(below), y(low[below])),
    )


@dataclass(frozen=True)
class BarsAndLines:
    """What goes up and what goes down at each place, as bars from zero, and over them three lines with the band between them.

    A bar is (x, y, width, height) of its upper left corner; ``lines`` has a chart's lines, levels and marks. ``crossing`` is where the
    middle line reaches zero, if it is marked.
    """

    lines: Chart
    up: Sequence[tuple[int, int, int, int]]
    down: Sequence[tuple[int, int, int, int]]
    crossing: tuple[int, int] | None


def bars_and_lines(
    frame: Frame, *, up: Sequence[int], down: Sequence[int], low: Sequence[int], middle: Sequence[int], high: Sequence[int],
    marks: Sequence[tuple[int, str]], crossing: tuple[int, int] | None = None,
) -> BarsAndLines:  # fmt: skip
    """Lay bars and three lines of equally many values into the frame; ``up`` and ``down`` are 0 or more, and stand from zero.

    A place is as wide as all others, and its lines' point is in its middle. ``crossing`` is how far along, as a fraction (parts, whole) of
    the way between the first place and the last, the middle line reaches zero.
    """
    levels = levels_of(min(0, *(-value for value in down), *low, *middle, *high), max(0, *up, *low, *middle, *high))
    bottom, top = levels[0], levels[-1]
    inner, places = frame.wide - frame.left - frame.right, len(middle)
    half = max(inner // places // 4, 2)

    def y(value: int) -> int:
        return frame.above + (top - value) * (frame.high - frame.above - frame.below) // (top - bottom)

    def x(place: int) -> int:
        return frame.left + inner * (2 * place + 1) // (2 * places)

    def line(values: Sequence[int]) -> list[tuple[int, int]]:
        return [(x(place), y(value)) for place, value in enumerate(values)]

    chart = Chart(
        frame, line(low), line(middle), line(high), levels=[(value, y(value)) for value in levels],
        marks=[(x(place), word) for place, word in marks], zero=y(0), first_below=None,
    )  # fmt: skip
    return BarsAndLines(
        chart,
        [(x(place) - half, y(value), half, y(0) - y(value)) for place, value in enumerate(up) if value > 0],
        [(x(place), y(0), half, y(-value) - y(0)) for place, value in enumerate(down) if value > 0],
        (x(0) + (x(places - 1) - x(0)) * crossing[0] // crossing[1], y(0)) if crossing and crossing[1] else None,
    )


@dataclass(frozen=True)
class Curve:
    """One line that rises from left to right, with a dot at each of its points as (x, y), y downwards; ``marked`` is a point of its own.

    ``levels`` and ``marks`` are the values that the axes name, with their heights and places.
    """

    frame: Frame
    line: Sequence[tuple[int, int]]
    levels: Sequence[tuple[int, int]]
    marks: Sequence[tuple[int, int]]
    marked: tuple[int, int] | None


def curve_chart(frame: Frame, points: Sequence[tuple[int, int]], marked: tuple[int, int] | None = None) -> Curve:
    """Lay points of two values, 0 or more each, into the frame: the first to the right, the second upwards. Both axes hold 0."""
    shown = [*points, marked] if marked else points
    along, up = (levels_of(0, max((point[axis] for point in shown), default=0)) for axis in (0, 1))

    def place(point: tuple[int, int]) -> tuple[int, int]:
        return x(point[0]), y(point[1])

    def x(value: int) -> int:
        return frame.left + value * (frame.wide - frame.left - frame.right) // along[-1]

    def y(value: int) -> int:
        return frame.above + (up[-1] - value) * (frame.high - frame.above - frame.below) // up[-1]

    return Curve(
        frame,
        [place(point) for point in points],
        levels=[(value, y(value)) for value in up],
        marks=[(value, x(value)) for value in along],
        marked=place(marked) if marked else None,
    )


def levels_of(lowest: int, highest: int, most: int = MOST_STEPS) -> list[int]:
    """Round values, evenly apart, from at or below the lowest to at or above the highest: at most ``most`` steps, and at least one."""
    step = next(step for step in _steps() if -(-highest // step) - lowest // step <= most)
    first, last = lowest // step, -(-highest // step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (step * power for step in STEPS)
        power *= 10
