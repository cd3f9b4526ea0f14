"""Can a program write the spec, without a file?"""

from netspec import build

SPEC = {
    "seed": 123,
    "updater": {"type": "adam", "learning_rate": 0.01},
    "layers": [
        {"type": "dense", "n_out": 16, "activation": "tanh"},
        {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"},
    ],
    "data": {"type": "iris"},
    "train": {"epochs": 20, "batch_size": 16},
}

for units in (2, 8, 32):
    first, last = SPEC["layers"]
    model = build(SPEC | {"layers": [first | {"n_out": units}, last]})
    model.fit()
    print(f"{units:>2} units, {model.plan.parameters:>3} parameters: accuracy {model.evaluate().accuracy:.3f}")
