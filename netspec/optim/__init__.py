"""Rules of updaters that torch lacks or computes otherwise, as ordinary optimizers, each under the name of its updater."""
