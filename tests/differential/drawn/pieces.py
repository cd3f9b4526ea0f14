"""Pieces of random networks: every layer that DL4J has too, `PIECES[a, b]` from one kind of array to another."""

from differential.drawn.building import BEFORE, NETWORK, Piece, any_of, at, between, both, chain, coin, each, one_of, said
from differential.drawn.settings import initializers, named

VOCABULARY = 5
few, small, ends = between(1, 3), between(1, 2), between(0, 1)
smooth = one_of("tanh", "sigmoid", "softsign")
PLAIN = (
    *("cube", "dl4j_gelu", "elu", "hardsigmoid", "hardtanh", "identity", "mish", "rationaltanh", "rectifiedtanh", "relu6", "selu"),
    *("sigmoid", "softmax", "softplus", "softsign", "swish", "tanh"),
)
activations = one_of(
    *({"type": tag} for tag in PLAIN),
    said("leakyrelu", {"alpha": one_of(0.1, 0.3)}),
    said("relu", {"max": one_of(0.5, 1.0), "threshold": 0.1, "negative_slope": 0.2}),
    said("thresholdedrelu", theta=one_of(0.1, 0.5)),
)
"""Without those of which DL4J's derivative is another: elu with an alpha (elu-derivative-alpha), the precise gelu (gelu-precise-derivative)."""

units, formed = {"n_out": few}, {"activation": smooth}
biased = {"has_bias": coin}
dense = said("dense", {**biased, "weight_init": initializers}, n_out=few, activation=activations)
narrow, wide = said("dense", n_out=3, **formed), said("dense", {"has_layer_norm": coin}, n_out=4, **formed)
square = [said("dense", n_out=4, activation="tanh", weight_init=word) for word in (one_of("zero", "ones"), said("identity", scale=0.5))]
together = any_of("add", "subtract", "product", "average", "max", "merge")
number = one_of(said("scale", factor=one_of(0.5, -1.5)), said("shift", offset=one_of(0.3, -0.2)))
subset = said("subset", first=one_of(0, 1), last=one_of(1, 3))
normal = said("l2_normalize", over=one_of("example", "features"))
"""Behind layers that give no vectors of 0, whose derivative is another in DL4J (l2-normalize-eps-gradient); of images it fails along the features."""

everywhere = [chain(said("activation", **formed)), chain(number), chain(said("dropout", rate=0.0))]
"""Of any kind and shape."""

reconstructions = one_of(
    said("gaussian", activation=one_of("tanh", "identity")),
    any_of("bernoulli", "exponential"),
    said("loss", loss=one_of("mse", "l1")),
    said("composite", parts=[{"values": 1, "distribution": {"type": "gaussian"}}, {"values": 3, "distribution": {"type": "bernoulli"}}]),
)
code = said("variational_autoencoder", encoder=each(2, few), decoder=each(1, few), reconstruction=reconstructions, **units, **formed)
denoising = said("autoencoder", {"corruption": 0.2, "sparsity": 0.1, "loss": any_of("mse", "l2")}, **units, **formed)
product = said("elementwise_multiplication", **formed)
halves = [said("unstack", part=part, parts=2, input=[3]) for part in (0, 1)]
FLAT: list[Piece] = [
    chain(dense),
    chain(dense),
    chain(dense),
    chain(*square),
    chain(product),
    chain(denoising),
    chain(wide, code),
    chain(dense, said("prelu", {"weight_init": one_of(0.1, 0.25)})),
    chain(said("batch_norm", {"decay": one_of(0.9, 0.5), "lock_gamma_beta": coin})),
    chain(said("mask")),
    chain(said("residual", layers=chain(narrow, narrow), shortcut=chain(narrow))),
    chain(narrow, said("repeat", times=2, layers=chain(narrow))),
    chain(wide, subset),
    chain(narrow, normal),
    chain(narrow, at([BEFORE], narrow), at([0, 1], one_of(together, any_of("l2")))),
    chain(narrow, at([BEFORE], narrow), said("stack", input=[0, 1]), narrow, *halves, at([4, 5], together)),
    *everywhere,
]
gates = {"gate_activation": one_of("sigmoid", "tanh"), "forget_gate_bias": one_of(0.0, 2.0)}
cell = one_of(
    said("lstm", gates, **units, **formed),
    said("graves_lstm", {"recurrent_weight_init": named}, **units, **formed),
    said("simple_rnn", **units, **formed),
)
recurrent = one_of(
    cell,
    cell,
    said("graves_bidirectional_lstm", gates, **units, **formed),
    said("bidirectional", layer=cell, mode=one_of("concat", "add", "mul", "average")),
)
projected = {"n_out": one_of(4), "heads": one_of(1, 2), "weight_init": named}
asking = one_of(
    said("self_attention", {"head_size": one_of(2, 3)}, **projected),
    said("self_attention", project_input=False),
    said("recurrent_attention", {**biased, "head_size": one_of(2, 3)}, activation=one_of("tanh", "sigmoid"), **projected),
    said("recurrent_attention", project_input=False, activation="tanh"),
)
"""learned_self_attention is exported, but DL4J's own forward pass of it fails."""

attention = one_of(said("attention", {"head_size": one_of(2, 3)}, **projected), said("attention", project_input=False))
four = said("lstm", n_out=4, activation="tanh")
stepped = {"stride": small, "mode": one_of("truncate", "same"), **biased}
film = said("time_distributed", to="1x2x2", layer=said("conv", kernel=small, **units, **formed))
SEQUENCE: list[Piece] = [
    chain(recurrent),
    chain(recurrent),
    chain(recurrent),
    chain(asking),
    chain(asking),
    chain(four, at([BEFORE], four), at([0, 1], attention)),
    chain(four, at([0], four), at([0], four), at([0, 1, 2], attention)),
    chain(said("mask_zero", layer=recurrent)),
    chain(said("time_distributed", layer=dense), recurrent),
    chain(four, film, recurrent),
    chain(dense, recurrent),
    chain(four, product, recurrent),
    chain(said("mask"), recurrent),
    chain(recurrent, said("prelu", {"shared_axes": [1]})),
    chain(said("locally_connected", stepped, kernel=few, weight_init=named, **units, **formed)),
    chain(said("conv", stepped, kernel=few, **units, **formed)),
    chain(said("conv", kernel=few, mode="causal", **units, **formed)),
    chain(said("subsampling", kernel=2, stride=small, pooling=one_of("max", "avg"))),
    chain(said("subsampling", kernel=2, pooling="pnorm", p=2)),
    chain(said("zero_padding", padding=each(2, ends))),
    chain(said("cropping", cropping=each(2, ends))),
    chain(said("upsampling", size=small)),
    chain(recurrent, said("reverse_time_series"), recurrent),
    chain(four, subset),
    chain(four, said("l2_normalize")),
    chain(four, at([BEFORE], four), at([0, 1], together)),
    chain(said("last_time_step"), said("duplicate_to_time_series", input=[0, NETWORK]), recurrent),
    chain(recurrent, said("dropout", dropout=said("spatial", rate=0.2))),
    *everywhere,
]


def grids(axes: int) -> list[Piece]:
    """What images and volumes have in common."""
    window = {"kernel": each(axes, few), **formed}
    return [
        chain(said("conv", stepped, **units, **window)),
        chain(said("deconv", stepped, **units, **window)),
        chain(said("subsampling", kernel=2, stride=small, pooling=one_of("max", "avg"), mode=stepped["mode"])),
        chain(said("zero_padding", padding=each(2 * axes, ends))),
        chain(said("cropping", cropping=each(2 * axes, ends))),
        chain(said("upsampling", size=each(axes, small))),
        chain(said("conv", **units, **window), said("dropout", dropout=said("spatial", rate=0.2))),
        *everywhere,
    ]


window = {"kernel": each(2, few), **formed}
conv, pair = said("conv", stepped, **units, **window), said("conv", n_out=2, kernel=2, activation="tanh")
connected = said("dl4j_locally_connected", stepped, weight_init=named, **units, **window)
IMAGE: list[Piece] = [
    *grids(2),
    chain(said("prelu", {"shared_axes": [3]})),
    chain(conv),
    chain(said("conv", kernel=2, activation=any_of("elu"), **units)),
    chain(said("conv", kernel=2, activation=any_of("dl4j_softmax"), has_bias=False, **units)),
    chain(pair, said("depthwise", stepped, depth_multiplier=few, **window)),
    chain(said("separable", stepped, depth_multiplier=few, **units, **window)),
    chain(connected),
    chain(said("subsampling", kernel=2, pooling="pnorm", p=2)),
    chain(said("batch_norm", {"decay": one_of(0.9, 0.5)})),
    chain(said("conv", n_out=3, kernel=2, activation="tanh"), said("local_response_norm", size=one_of(3, 5), alpha=1e-6, beta=one_of(0.75, 0.5))),
    chain(said("conv", n_out=4, kernel=2, activation="tanh"), subset),
    chain(pair, said("l2_normalize")),
    chain(pair, at([BEFORE], pair), at([0, 1], together)),
]
"""Behind what is trained LRN's alpha is so small that DL4J's derivative is right to 1e-8 (lrn-gradient)."""

capsule = said("capsule", {**biased, "routings": few}, capsules=few, capsule_size=few, weight_init=named)
capsules, places = {"capsule_size": one_of(2, 3), "channels": small, "weight_init": named}, {"kernel": each(2, few), "stride": small}
squashed = one_of({}, {"has_bias": False}, {"use_relu": True, "leak": 0.2})
"""Capsules are never 0, where DL4J's derivative of their length is NaN."""

pool = one_of(*(said("global_pooling", pooling=pooling) for pooling in ("max", "avg", "sum")), said("global_pooling", pooling="pnorm", p=2))
reshaped = said("reshape", to="3x4", order=one_of("c", "f"), features_first=coin)
table = {"vocabulary": VOCABULARY, **units}
PIECES: dict[tuple[str, str], list[Piece]] = {
    ("index", "flat"): [chain(said("embedding", {**biased, **formed}, **table))],
    ("indices", "sequence"): [chain(said("embedding_sequence", {**biased, **formed}, **table))],
    ("flat", "flat"): FLAT,
    ("flat", "sequence"): [chain(said("repeat_vector", times=few), recurrent), chain(said("dense", n_out=12, activation="tanh"), reshaped, recurrent)],
    ("flat", "image"): [chain(said("dense", n_out=24, activation="tanh"), said("reshape", to="2x4x3", order=one_of("c", "f")), conv)],
    ("sequence", "sequence"): SEQUENCE,
    ("sequence", "flat"): [chain(recurrent, said("last_time_step")), chain(recurrent, said("reverse_time_series"), said("last_time_step")), chain(pool)],
    ("image", "image"): IMAGE,
    ("image", "flat"): [
        chain(dense),
        chain(pool),
        chain(said("flatten"), at([BEFORE], dense), said("merge", input=[0, 1]), dense),
        chain(both(said("dl4j_primary_capsules", **capsules, **places), squashed), capsule, said("capsule_strength")),
        chain(both(said("dl4j_primary_capsules", **capsules, **places), squashed), said("capsule_strength")),
    ],
    ("volume", "volume"): grids(3),
    ("volume", "flat"): [chain(pool)],
}
halved = said("space_to_batch", blocks=2, padding=[0, 1, 0, 0])
FIRST: dict[str, list[Piece]] = {
    "flat": [chain(dense), chain(dense), chain(product), chain(denoising), chain(code), chain(said("batch_norm"))],
    "sequence": [
        chain(recurrent),
        chain(recurrent),
        chain(asking),
        chain(said("mask_zero", layer=recurrent)),
        chain(film, recurrent),
        chain(said("conv", stepped, kernel=few, **units, **formed)),
    ],
    "image": [
        chain(conv),
        chain(conv),
        chain(said("local_response_norm", size=3, alpha=0.5), pair),
        chain(said("locally_connected", kernel=[7, 2], weight_init=named, **units, **formed)),
        chain(connected),
        chain(said("conv", kernel=2, mode="same", **units, **formed), halved),
        chain(said("zero_padding", padding=[0, 1, 0, 0]), said("space_to_depth", block=2), conv),
    ],
    "volume": [chain(said("conv", stepped, kernel=each(3, few), **units, **formed))],
}
"""What stands first, where that matters: DL4J computes an ActivationLayer in place, so in the caller's own features."""

ONE_PLACE = chain(both(said("primary_capsules", kernel=[7, 6], **capsules), squashed), capsule, said("capsule_strength"))
"""Capsules of a whole image, which DL4J puts together as all others do."""
