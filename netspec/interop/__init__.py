"""Other programs' files: read, written, and told apart in one folder a format."""
