"""Converters on other machines: one offers its pool over HTTP, and a balancer shares the work among several."""
