"""Training and evaluation: data on the device, the order of examples, the loop, what is kept of it."""
