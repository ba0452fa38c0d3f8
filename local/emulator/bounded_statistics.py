"""Statistics of the values between two bounds: trimmed count, sum and mean, and percentile rank.

`TC(100:200)` counts the values greater than 100 and at most 200; a bound that is absent bounds nothing. ministack knows basic
statistics and percentiles, and answers the average for every other name. Bounds in percent are not known here either, and
have no value. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re

from replacing import replace

_NUMBER = r"\d+(?:\.\d+)?"
_BETWEEN_VALUES = re.compile(rf"(TC|TS|TM|PR)\(({_NUMBER})?:({_NUMBER})?\)", re.IGNORECASE)
_EXTENDED = re.compile(r"(TC|TS|TM|PR|WM)\(.*\)|IQM|(tc|ts|tm|wm)\d.*", re.IGNORECASE)


def install() -> None:
    from ministack.services import cloudwatch

    def stat_value(stats, stat_name, points=None):
        between = _BETWEEN_VALUES.fullmatch(stat_name or "")
        if between is not None:
            return _between_values(cloudwatch._percentile_samples(points or []), *between.groups())
        return None if _EXTENDED.fullmatch(stat_name or "") else plain_value(stats, stat_name, points)

    plain_value = replace(
        cloudwatch, "_stat_value", stat_value, "stats", "stat_name", "points", mentions=("_percentile_samples(points",)
    )


def _between_values(samples: list[tuple[float, float]] | None, kind: str, low: str | None, high: str | None):
    """The statistic of weighted samples; None when there are none or the mean is of nothing."""
    if samples is None:
        return None
    lowest, highest = float(low or "-inf"), float(high or "inf")
    # Without a lower bound zero counts, too.
    inside = [(value, weight) for value, weight in samples if lowest < value <= highest]
    count, total = sum(weight for _, weight in inside), sum(value * weight for value, weight in inside)
    match kind.upper():
        case "TC":
            return count
        case "TS":
            return total
        case "PR":
            return 100 * count / sum(weight for _, weight in samples)
        case _:
            return total / count if count else None
