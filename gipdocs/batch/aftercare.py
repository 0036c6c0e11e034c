"""What is left to do once batches have ended: other systems are told, and what is over is emptied."""

from __future__ import annotations

import logging

from gipdocs.batch.expiry import expire
from gipdocs.batch.webhook import deliver_due
from gipdocs.errors import StoreBusy, StoreFull, locate
from gipdocs.register.register import Register
from gipdocs.settings import Settings

LOG = logging.getLogger(__name__)


def look_after(register: Register, settings: Settings) -> bool:
    """Make every try to tell of an end that is due, and empty every batch whose time is over; False if that failed."""
    try:
        while deliver_due(register, settings) or expire(register):
            pass
    except (StoreBusy, StoreFull) as error:
        LOG.warning("the database is not available: %s", type(error).__name__)
    except Exception as error:  # whatever it is, batches must be made all the same
        LOG.error("ended batches can't be looked after: %s at %s", type(error).__name__, locate(error))
    else:
        return True
    return False
