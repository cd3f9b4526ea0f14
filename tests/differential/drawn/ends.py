"""What random networks end with: outputs with every loss."""

from typing import Any

from differential.drawn.building import BEFORE, Drawing, Piece, at, between, chain, one_of, said

TANH, LINEAR = {"activation": "tanh"}, {"activation": "identity"}
MIXTURE = {"type": "mixture_density", "mixtures": 2, "label_width": 1}
PRIORS = [[1.0, 1.5], [2.0, 0.7]]


def output(loss: Any, **more: Any) -> Drawing:
    """With weights that are not large: where a probability is all but 0, DL4J's gradient of KLD is another (kld-gradient-unclipped-labels)."""
    return said("output", **{"n_out": between(2, 4), "loss": loss, "weight_init": "xavier", **more})


plain = one_of(
    output("negative_log_likelihood"),
    output("xent"),
    output(one_of("mse", "l2", "mae", "l1"), activation=one_of("identity", "tanh")),
    output(one_of("hinge", "squared_hinge"), activation=one_of("identity", "tanh")),
    output(one_of("poisson", "msle", "kl_divergence")),
)
"""What the steps of a sequence may have too."""

outputs = one_of(
    plain,
    output("mse", activation="softmax"),
    output(one_of("mape", "cosine_proximity", "wasserstein"), **LINEAR),
    output("multi_label"),
    output("fmeasure", n_out=1),
    output(said("fmeasure", beta=one_of(0.5, 2.0)), n_out=2, activation="softmax"),
    output(MIXTURE, n_out=6, **LINEAR),
    *(output({"type": tag, "weights": [1.0, 0.5, 2.0]}, n_out=3) for tag in ("negative_log_likelihood", "xent", "mse", "l1")),
)
three = said("dense", n_out=3, **TANH)
centres = said("center_loss_output", n_out=3, loss="negative_log_likelihood", alpha=one_of(0.1, 0.05), center_weight=one_of(2e-4, 0.1))
places = said("conv", n_out=3, kernel=1, **TANH)
boxes = said("conv", n_out=one_of(12, 14), kernel=1, **LINEAR)
outlier = said("ocnn_output", {"nu": one_of(0.1, 0.3), "initial_r": one_of(0.1, 0.5)}, hidden_size=between(1, 4), activation=one_of("sigmoid", "tanh"))
ONE_CLASS: Piece = one_of(chain(outlier), chain(said("dense", n_out=3, frozen=True, **TANH), outlier))
"""A network of its own, with nothing below that is trained: what DL4J passes back from this output is no gradient (ocnn-passed-back-error)."""

ENDS: dict[str, list[Piece]] = {
    "flat": [
        chain(outputs),
        chain(outputs),
        chain(outputs),
        chain(outputs, at([BEFORE], outputs)),
        chain(centres),
        chain(three, said("loss", loss="mse", **LINEAR)),
        chain(three, said("loss", loss="negative_log_likelihood")),
        chain(three, at([BEFORE], three), said("stack", input=[0, 1]), plain),
    ],
    "sequence": [
        chain(plain),
        chain(plain),
        chain(said("loss", loss=one_of("mse", "l2"), **LINEAR)),
        chain(said("loss", loss="xent")),
    ],
    "image": [
        chain(said("loss", loss=one_of("mse", "l2"), activation=one_of("identity", "tanh"))),
        chain(said("loss", loss="xent")),
        chain(places, said("loss", loss="negative_log_likelihood")),
        chain(boxes, said("yolo2_output", {"coordinate_weight": 2.0, "no_object_weight": 0.3}, priors=PRIORS)),
    ],
    "volume": [chain(said("loss", loss=one_of("mse", "l1"), **LINEAR))],
}
"""A loss layer over vectors has no activation, or softmax: of others DL4J reports another score (loss-layer-reported-score)."""
