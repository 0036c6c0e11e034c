"""The web pages: the citizens' counter at / and the staff desk at /desk/."""
