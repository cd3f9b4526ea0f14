"""DL4J's mistakes and oddities that an import meets, by their IDs, with what netspec does instead, in a sentence for the report.

Which of them are followed and which corrected: a saved model predicts what it predicted, and a configuration means what it literally
says; a training gradient is that of the stated loss, and a report is true.
"""

from collections.abc import Mapping

MISTAKES: Mapping[str, str] = {
    "weight-decay-twice": "weight decay stands twice in the file, as DL4J's builder writes it; it is taken literally",
    "normalized-running-statistics": "DL4J clips and rescales running mean and variance with the gradient; netspec normalizes gamma and beta only",
    "minimize-false-ignored": "DL4J ignores minimize(false); netspec maximizes",
    "line-search-training": "this optimization algorithm is one line search in DL4J, and LBFGS soon stops moving; training is refused, prediction is not",
    "adagrad-schedule-lost": "learning rate NaN and no schedule: training is refused",
    "ramp-schedule-lost": "RampSchedule without its base schedule: training is refused",
    "poly-schedule-grows": "this PolySchedule rises before it drops to 0, as DL4J computes it",
    "softmax-last-axis": "softmax over the last axis, the width or time, as DL4J computes it",
    "loss-layer-reported-score": "DL4J's score() after fit is that of an overwritten input; netspec's is the loss",
    "average-pooling-padding": "this release counts padding in the divisor of averages; so does the imported layer",
    "batch-norm-epsilon": "this release adds epsilon to the running variance and leaves it out in prediction; so does the imported layer",
    "float32-constants": "DL4J's constants of this function are single precision even in double networks; equal to 1e-7",
    "leaky-slope": "leakyrelu with the slope of its configuration, as 0.5 and 0.6 compute it",
    "leaky-derivative": "the derivative of a leaky ReLU is 0.01 in this release whatever the slope; netspec has the slope",
    "elu-derivative-alpha": "DL4J's derivative of ELU leaves alpha out; netspec has the derivative of the value",
    "gelu-precise-formula": "GELU precise has (0.044715x)^3 for 0.044715x^3 in DL4J; the imported layer computes that",
    "rrelu-test-mode": "RReLU clamps at (l+u)/2 in prediction, as DL4J does",
    "output-error-of-0-5": "0.5.0 trained this loss with another gradient; netspec trains with that of the stated loss",
    "unresolved-xent-score": "the score of XENT in 0.5.0 is unknown; netspec's is the cross-entropy",
    "xent-of-0-6": "XENT of 0.6.0 leaves (1-y) log(1-o) out; netspec has the cross-entropy",
    "xent-with-softmax": "DL4J's XENT over softmax scores -y log o only; netspec has the full cross-entropy",
    "rmse-xent": "RMSE_XENT has another gradient than its score; training is refused, prediction is not",
    "updaters-of-0-5": "0.5.0 computes this updater wrongly; netspec has its rule",
    "rho-unset": "rho is not set in the file; netspec takes 0.95, as 0.9.1 does",
    "policy-compounds": "each step applies this policy to the rate of the step before, so it compounds; so it does here",
    "poly-past-its-end": "Poly ends at the iteration that iterations(n) says; the rate is 0 from there on",
    "policy-misses-nesterovs": "in 0.5 and 0.6 rate policies do not reach Nesterovs; here the policy acts",
    "unresolved-score-policy": "the policy Score: the rate falls when the score rises",
    "bias-rate-of-0-9": "0.9.1 uses biasLearningRate with Nesterovs or under a policy only; netspec always does",
    "regularization-switched-off": "the file holds l1 or l2, which were switched off",
    "score-of-summed-batch-divided": "this release divides the score of a summed batch; netspec's is a sum",
    "nesterovs-state-is-the-first-update": "the updater state of this release is the first update, not the velocity; training goes on from velocity 0",
    "iteration-not-stored": "the file does not say how far training went; counting starts at 0",
    "frozen-slots": "frozen layers have slots in this release's updater state; they are dropped",
    "pretrain-by-default": "pretrain is on in this file, as by default in 0.5 and 0.6; no layer is pre-trained unless asked",
    "normalizer-is-a-java-object": "the normalizer is a serialised Java object, never read: fit it again on the training data, or give its statistics",
    "seed-zero": "seed 0 in DL4J is a new seed each time; weights cannot be drawn again",
    "nonsense-accepted": "DL4J accepts this value without a word; netspec does not train with it",
    "convolution1d-layout": "the kernel's layout is that of the file's release",
    "visible-bias-left-out": "this release leaves the visible bias out of the parameters; it is 0",
    "min-max-norm-rate": "MinMaxNorm with a rate explodes for norms above 1 in DL4J; netspec has its formula right",
    "bias-noise-in-test-mode": "DL4J disturbs biases in prediction too, so its own predictions of this model are random; netspec in training only",
    "constraint-twice": "DL4J applies each constraint twice in succession; netspec once",
    "statistics-move-in-every-forward-pass": "this release moves running statistics in every forward pass in training mode; netspec once a training step",
}
