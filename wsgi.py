"""The door for WSGI servers: gunicorn wsgi:application."""

from gipdocs.app import create_app
from gipdocs.preloading import import_everything

import_everything()
application = create_app()
