"""The scoring endpoint on Flask: by its own server (`python flask_rules.py`), or `flask_rules:app`.

The count is right within a process: a lock is held around it. Several processes count apart.
"""

import threading

from flask import Flask, request
from werkzeug.serving import WSGIRequestHandler

from rules_table import assess, new_counts, stats_of

app = Flask(__name__)
counts = new_counts()
lock = threading.Lock()


@app.post("/score")
def score():
    sent = request.get_json()
    amount = sent.get("amount") if isinstance(sent, dict) else None
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not amount >= 0:
        return {"error": "Field 'amount' must be a finite number, 0 or more"}, 400
    category, hour, timestamp = sent.get("category"), sent.get("hour"), sent.get("timestamp")
    assessment = assess(amount, category, hour, timestamp, sent.get("tx_id", "unknown"))
    with lock:
        counts[assessment["risk_level"]] += 1
    return assessment


@app.get("/stats")
def stats():
    with lock:
        return stats_of(counts)


class Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log_request(self, *_):
        pass


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=0, threaded=True, request_handler=Quiet)
