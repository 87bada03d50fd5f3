"""A scorer on Flask that counts in a global dict, as many are first written.

What is wrong: `total` is read, the transaction is scored, and `total` is written. Two threads that
read the same number both write the same next one, and one count is lost. In several processes it is
worse: each has a `stats` of its own, and GET /stats shows that of whoever happens to answer.

COUNT=lock holds a lock from the read to the write: right, in one process.
AUDIT=<file> also writes a line to a file there; a write lets go of the interpreter's lock (GIL).
"""

import contextlib
import os
import threading

from flask import Flask, request

app = Flask(__name__)
stats = {"total": 0, "high": 0}
lock = threading.Lock() if os.environ.get("COUNT") == "lock" else contextlib.nullcontext()
audit = open(os.environ["AUDIT"], "a", buffering=1) if "AUDIT" in os.environ else None


def points_of(transaction):
    points = 3 if transaction["amount"] > 3000 else 0
    if transaction.get("category") == "electronics" and transaction["amount"] > 1500:
        points += 2
    if transaction.get("hour", 12) < 6:
        points += 2
    return points


@app.post("/score")
def score():
    transaction = request.get_json()
    with lock:
        total = stats["total"]
        points = points_of(transaction)
        if audit:
            audit.write(f"{total + 1}: {transaction} has {points}\n")
        stats["total"] = total + 1
        if points >= 3:
            stats["high"] += 1
    return {"score": points}


@app.get("/stats")
def show_stats():
    return stats


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=0, threaded=True)
