"""The rules of src/scoring/rules.ts once more, for the peers in Python. Pure.

test/bench/peers.test.ts holds the two together: each peer must answer what the service answers.
"""

ELECTRONICS = {"electronics", "elektronika"}

RULES = [
    ("R1: amount > 3000", 3, lambda amount, category, hour: amount > 3000),
    (
        "R2: electronics > 1500",
        2,
        lambda amount, category, hour: amount > 1500 and category in ELECTRONICS,
    ),
    ("R3: night hour", 2, lambda amount, category, hour: hour < 6),
]

LEVELS = [(5, "CRITICAL"), (3, "HIGH"), (1, "MEDIUM"), (0, "LOW")]


def hour_of(hour, timestamp):
    """Noon when neither is given; `timestamp` starts with `YYYY-MM-DD HH`."""
    if hour is not None:
        return hour
    return 12 if timestamp is None else int(timestamp[11:13])


def assess(amount, category, hour, timestamp, tx_id):
    hour = hour_of(hour, timestamp)
    applied = [(says, points) for says, points, applies in RULES if applies(amount, category, hour)]
    score = sum(points for _, points in applied)
    return {
        "score": score,
        "risk_level": next(level for least, level in LEVELS if score >= least),
        "triggered_rules": [says for says, _ in applied],
        "tx_id": tx_id,
    }


def new_counts():
    return {level: 0 for _, level in LEVELS}


def stats_of(counts):
    levels = dict(counts)
    high = levels["HIGH"] + levels["CRITICAL"]
    return {"total": sum(levels.values()), "high": high, "levels": levels}
