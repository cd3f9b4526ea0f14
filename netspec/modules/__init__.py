"""Arithmetic that torch lacks, as ordinary modules, each under the name of the component that needs it."""
