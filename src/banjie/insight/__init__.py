"""Measures, each defined once with its unit and its formula, and the facts they are taken from."""
