"""The scoring endpoint on FastAPI, served by uvicorn: `python fastapi_rules.py <processes>`.

The count is right within a process: nothing is awaited between reading and writing it. Several
processes count apart.
"""

import sys
from typing import Optional

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field
from uvicorn.supervisors import Multiprocess

from rules_table import assess, new_counts, stats_of

app = FastAPI()
counts = new_counts()


class Transaction(BaseModel):
    amount: float = Field(ge=0)
    category: Optional[str] = None
    hour: Optional[int] = Field(default=None, ge=0, le=23)
    timestamp: Optional[str] = None
    tx_id: str = "unknown"


@app.post("/score")
async def score(sent: Transaction):
    assessment = assess(sent.amount, sent.category, sent.hour, sent.timestamp, sent.tx_id)
    counts[assessment["risk_level"]] += 1
    return assessment


@app.get("/stats")
async def stats():
    return stats_of(counts)


def main(processes):
    config = uvicorn.Config(
        "fastapi_rules:app", host="127.0.0.1", port=0, workers=processes, access_log=False
    )
    # As uvicorn.run does; but that says port 0 when several processes share the socket, and that it
    # has started before it listens.
    listening = config.bind_socket()
    listening.listen(config.backlog)
    print(f"on http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(config)
    if processes == 1:
        server.run(sockets=[listening])
    else:
        Multiprocess(config, target=server.run, sockets=[listening]).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
