"""The programs that netspec is timed beside are no tests, and import what is not installed for tests."""

collect_ignore = ["peers"]
