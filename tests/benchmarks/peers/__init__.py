"""The same trainings in other programs, one file each, each run in a process of its own (see child.py)."""

PEERS = {
    "netspec": "netspec",
    "hand": "hand-tuned PyTorch loop",
    "tutorial": "tutorial loop",
    "keras-torch": "Keras on PyTorch",
    "keras-jax": "Keras on JAX",
    "lightning": "Lightning",
    "skorch": "skorch",
    "scikit-learn": "scikit-learn's MLPClassifier",
    "dl4j": "Deeplearning4j",
}
"""Every program that is timed, and what the table calls it."""

MODULES = {
    "netspec": "peers.with_netspec",
    "hand": "peers.with_hand",
    "tutorial": "peers.with_tutorial",
    "keras-torch": "peers.with_keras",
    "keras-jax": "peers.with_keras",
    "lightning": "peers.with_lightning",
    "skorch": "peers.with_skorch",
    "scikit-learn": "peers.with_scikit_learn",
    "dl4j": "peers.with_dl4j",
}

BACKENDS = {"keras-torch": {"KERAS_BACKEND": "torch"}, "keras-jax": {"KERAS_BACKEND": "jax"}}
"""Environment of a program, set before it is imported."""

PACKAGES = {
    "netspec": ("torch",),
    "hand": ("torch",),
    "tutorial": ("torch", "torchvision"),
    "keras-torch": ("keras", "torch"),
    "keras-jax": ("keras", "jax"),
    "lightning": ("lightning", "torch"),
    "skorch": ("skorch", "torch"),
    "scikit-learn": ("scikit-learn",),
    "dl4j": (),
}
"""Distributions whose versions say what was timed."""
