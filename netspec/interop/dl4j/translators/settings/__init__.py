"""Settings that layers share, a file each."""
