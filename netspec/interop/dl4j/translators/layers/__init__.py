"""Layers, a file for each class of DL4J's."""
