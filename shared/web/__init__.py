"""The web layer of every service."""

import logging

# FastAPI warns at import that it cannot judge e-mail addresses; no field of ours is one.
logging.getLogger("fastapi").setLevel(logging.ERROR)
