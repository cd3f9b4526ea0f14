"""What random networks say of training: updaters with their schedules, penalties, initial weights, constraints, normalized gradients, noise.

Rates are so small that no output of a sigmoid comes within 1e-5 of 0 or 1, where DL4J's XENT clips and netspec's does not.
"""

from differential.drawn.building import coin, one_of, said, words

per = {"per": one_of("iteration", "epoch")}
schedules = one_of(
    said("fixed", value=0.01),
    said("step", per, initial=0.02, decay=0.5, every=2),
    said("exponential", per, initial=0.01, gamma=0.8),
    said("inverse", per, initial=0.02, gamma=0.5, power=1.5),
    said("dl4j_poly", per, initial=0.01, power=2.0, over=10),
    said("sigmoid", per, initial=0.02, gamma=0.5, step=2),
    said("map", per, values={"0": 0.02, "2": 0.005}),
    said("dl4j_cycle", per, initial=0.005, peak=0.02, length=8, annealing=2, decay=0.1),
)
rates = one_of(one_of(0.02, 0.005), schedules)
moments = {"beta1": one_of(0.9, 0.8), "beta2": one_of(0.999, 0.9), "epsilon": one_of(1e-8, 1e-3)}
updaters = one_of(
    said("sgd", learning_rate=rates),
    said("nesterovs", learning_rate=rates, momentum=one_of(one_of(0.9, 0.5), said("step", initial=0.9, decay=0.5, every=1))),
    said("adam", moments, learning_rate=rates),
    said("amsgrad", moments, learning_rate=rates),
    said("nadam", moments, learning_rate=rates),
    said("adamax", {"beta1": one_of(0.9, 0.8)}, learning_rate=rates),
    said("rmsprop", {"rms_decay": one_of(0.95, 0.8)}, learning_rate=rates),
    said("adagrad", {"epsilon": one_of(1e-6, 1e-3)}, learning_rate=rates),
    said("adadelta", {"rho": one_of(0.95, 0.5)}),
)
unscaled = {"updater": {"type": "noop"}, "gradient_normalization": {"type": "clip_elementwise_absolute_value", "threshold": 0.01}}
"""The gradient itself as the step, kept small."""

coefficients = one_of(one_of(0.01, 0.1), said("step", initial=0.1, decay=0.5, every=1))
decays = one_of(one_of(0.01, 0.1), {"value": 0.01, "times_rate": False})
PENALTIES = {"l1": coefficients, "l2": coefficients, "weight_decay": decays, "l1_bias": coefficients, "l2_bias": coefficients, "weight_decay_bias": decays}
penalties = words({}, PENALTIES)
normalizations = one_of(
    one_of("renormalize_l2_per_layer", "renormalize_l2_per_param_type", "none"),
    said("clip_elementwise_absolute_value", threshold=one_of(0.05, 0.5)),
    said("clip_l2_per_layer", threshold=one_of(0.05, 0.5)),
    said("clip_l2_per_param_type", threshold=one_of(0.05, 0.5)),
)
held = {"apply_to": one_of("weights", "biases", "all")}
constraints = one_of(
    said("unit_norm"),
    said("non_negative", held),
    said("max_norm", held, max=one_of(0.5, 1.0)),
    said("min_max_norm", held, min=0.3, max=one_of(0.6, 1.0)),
)
NAMED = ("xavier", "xavier_uniform", "xavier_legacy", "relu", "relu_uniform", "lecun_normal", "dl4j_lecun_uniform", "sigmoid_uniform", "torch_default")
SCALED = ("var_scaling_normal_fan_in", "var_scaling_normal_fan_out", "var_scaling_normal_fan_avg")
AS_THERE = tuple(f"dl4j_{word.replace('normal', 'uniform')}" for word in SCALED)
named = one_of(*NAMED, *SCALED, *AS_THERE)
"""Initial weights that a word is enough for."""

random = one_of(
    said("normal", std=0.3),
    said("uniform", low=-0.4, high=0.5),
    said("log_normal", std=0.2, mean=-1.0),
    said("binomial", trials=2, probability=0.4),
    said("orthogonal", {"gain": one_of(0.5, 1.0)}),
    said("truncated_normal", std=0.3),
)
scaled = [said(word, {"scale": one_of(0.5, 1.0)}) for word in (*SCALED, *AS_THERE)]
initializers = one_of(named, random, random, one_of("zero", "ones"), said("constant", value=0.2), *scaled)
moved = words({}, {"updater": updaters, "bias_updater": updaters, "gradient_normalization": normalizations})
bound = words({}, {"constraints": constraints, "bias_init": one_of(0.0, 0.1)})
own = one_of(moved, moved, moved, bound, bound, penalties, unscaled)
"""What a layer with weights says of itself."""

dropouts = one_of(
    said("dropout", rate=0.3),
    said("alpha", rate=0.2),
    said("gaussian", rate=0.3),
    said("gaussian_noise", std=0.2),
)
noises = one_of(said("drop_connect", rate=0.3), said("weight_noise", {"additive": coin}, distribution=random))
noise = one_of(words({"dropout": dropouts}), words({"weight_noise": noises}), {"activation": {"type": "dl4j_rrelu"}})
"""What acts at random, in training only: such networks are compared in what they predict."""
