"""The door for WSGI servers: gunicorn wsgi:application."""

from gipdocs.app import create_app

application = create_app()
