"""Converters on other machines: how one is offered over HTTP, and how the work is shared out among several."""
