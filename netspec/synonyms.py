"""What other tools call the words of a spec, so that an error can say `called n_out here`."""

from collections.abc import Iterable

_OURS = {
    "n_out": "nOut units out_features filters out_channels num_units hidden_size neurons width embedding_dim embed_dim output_dim latent_size latent_dim",
    "n_in": "nIn in_features in_channels input_size inputs",
    "learning_rate": "lr learningRate eta alpha_lr lr_schedule lr_scheduler learning_rate_schedule scheduler",
    "momentum": "mu",
    "updater": "optimizer optimiser optim solver",
    "kernel": "kernel_size kernelSize filter_size pool_size poolSize",
    "stride": "strides",
    "padding": "pad pads",
    "weight_init": "weightInit kernel_initializer init initializer initialization",
    "bias_init": "biasInit bias_initializer",
    "recurrent_weight_init": "weightInitRecurrent recurrent_initializer distRecurrent",
    "gate_activation": "gateActivationFn gateActivation gateActivationFunction recurrent_activation",
    "forget_gate_bias": "forgetGateBiasInit forget_bias unit_forget_bias",
    "has_bias": "hasBias bias use_bias",
    "dropout": "dropOut drop_out dropout_rate",
    "rate": "p prob probability",
    "loss": "lossFunction loss_function lossFn criterion objective",
    "activation": "activationFn activation_function act nonlinearity",
    "batch_size": "batch batchSize minibatch mini_batch minibatch_size",
    "epochs": "numEpochs nEpochs num_epochs max_epochs n_epochs",
    "layers": "layer network model modules list",
    "data": "dataset data_set datasets train_data",
    "train": "training trainer fit",
    "seed": "random_seed rng_seed randomSeed",
    "epsilon": "eps",
    "pooling": "poolingType pool pooling_type",
    "rms_decay": "rmsDecay",
    "input": "input_shape inputType input_type inputShape input_size",
    "l2": "L2 l2_regularization weight_penalty",
    "weight_decay": "weightDecay",
    "constraints": "constraint constrainWeights constrain_weights constrainBias constrain_bias constrainAllParameters kernel_constraint",
    "gradient_normalization": "gradientNormalization gradient_clipping grad_clip clip_grad_norm gradient_clip gradient_clip_val clipnorm clipvalue",
    "weight_noise": "weightNoise dropConnect useDropConnect",
    "minibatch": "miniBatch",
    "iterations": "numIterations num_iterations",
    "tbptt": "backpropType tBPTTLength tBPTTForwardLength tBPTTBackwardLength tbpttFwdLength tbpttBackLength truncated_bptt truncated_bptt_steps",
    "forward": "forward_length fwd_length length steps",
    "backward": "backward_length back_length",
    "frozen": "freeze",
    "apply_to_biases": "applyToBiases applyToBias apply_to_bias",
    "device": "accelerator",
    "shuffle": "randomize",
    "heads": "nHeads num_heads n_heads nheads nhead number_of_heads",
    "head_size": "headSize head_dim key_dim d_head",
    "project_input": "projectInput",
    "queries": "nQueries num_queries n_queries",
    "capsule_size": "capsuleDimensions capsule_dimensions capsule_dim",
    "use_relu": "useRelu",
    "center_weight": "lambda lambda_c",
    "hidden_size": "hiddenSize",
    "window_size": "windowSize",
    "initial_r": "initialRValue",
    "priors": "boundingBoxes bounding_boxes anchors boundingBoxPriors",
    "coordinate_weight": "lambdaCoord lambda_coord",
    "no_object_weight": "lambdaNoObj lambda_noobj lambda_no_obj",
    "feed_forward": "dim_feedforward feedforward_dim ff_dim d_ff",
    "vocabulary": "num_embeddings input_dim vocab_size vocabSize vocabulary_size",
    "encoder": "encoder_layer_sizes encoderLayerSizes",
    "decoder": "decoder_layer_sizes decoderLayerSizes",
    "reconstruction": "reconstruction_distribution reconstructionDistribution",
    "corruption": "corruptionLevel corruption_level",
    "value": "mask_value maskValue maskingValue",
    "mode": "merge_mode",
    "weights": "path pretrained checkpoint",
    "watch": "monitor",
    "least_gain": "min_delta minDelta minImprovement",
    "path": "file filename file_name filepath file_path",
    "label": "labels target targets target_column label_column",
    "separator": "sep delimiter",
    "validation": "val valid validation_split",
    "every": "step_size",
    "decay": "gamma",
    "over": "T_max t_max",
    "size": "scale_factor kernel",
    "evaluation": "metrics",
}
_TAGS = {
    "negative_log_likelihood": "crossentropy crossentropyloss categoricalcrossentropy sparsecategoricalcrossentropy sparsemcxent softmaxcrossentropy nll",
    "xent": "binarycrossentropy bce bceloss bcewithlogits bcewithlogitsloss logloss",
    "mse": "meansquarederror mseloss squarederror squaredloss",
    "mae": "meanabsoluteerror maeloss l1loss",
    "dense": "linear fullyconnected fc denselayer",
    "output": "outputlayer rnnoutput",
    "mask_zero": "masking",
    "self_attention": "multiheadattention mha",
    "transformer_encoder": "transformerencoderlayer",
    "transformer_decoder": "transformerdecoderlayer",
    "layer_norm": "layernormalization",
    "merge": "concat concatenate",
    "variational_autoencoder": "vae",
    "scale": "minmax minmaxscaler normalizerminmaxscaler",
    "standardize": "standardscaler zscore normalizerstandardize",
    "conv": "conv1d conv2d conv3d convolution convolution2d convolutionlayer",
    "subsampling": "pool pooling maxpool maxpooling maxpool2d maxpooling2d avgpool avgpool2d averagepooling2d subsamplinglayer",
    "batch_norm": "batchnorm1d batchnorm2d batchnormalization bn",
    "lstm": "longshorttermmemory lstmcell cudnnlstm",
    "gru": "grucell gatedrecurrentunit cudnngru",
    "simple_rnn": "rnn simplernn elman vanillarnn",
    "identity": "linear none",
    "xavier": "glorot glorotnormal xaviernormal",
    "xavier_uniform": "glorotuniform",
    "relu": "he henormal kaiming kaimingnormal",
    "relu_uniform": "heuniform kaiminguniform",
    "image_folder": "imagefolder imagefolderdataset",
    "random_horizontal_flip": "flip randomflip horizontalflip",
    "random_rotation": "rotate rotation randomrotate",
    "classification": "accuracy precision recall f1 f1score",
    "nesterovs": "nesterov sgdnesterov",
    "kl_divergence": "kldivloss kullbackleiblerdivergence reconstructioncrossentropy",
    "cosine_proximity": "cosinesimilarity cosineembeddingloss",
    "squared_hinge": "squaredhingeloss",
    "mape": "meanabsolutepercentageerror",
    "msle": "meansquaredlogarithmicerror",
    "huber": "huberloss smoothl1loss",
    "poisson": "poissonnllloss expll",
    "capsule": "capsulelayer digitcaps",
    "primary_capsules": "primarycaps",
    "yolo2_output": "yolo yolo2 yolov2",
    "center_loss_output": "centerloss",
    "ocnn_output": "ocnn",
}
_NOT_HERE = {"adabelief": "DL4J's fails at its first step, so there is no rule to follow; the nearest is adam"}
"""Words of DL4J that netspec does not have, and why."""
_ELSEWHERE = {
    "returnsequences": "a layer gives every step; {type: last_time_step} after it keeps the last",
    "numlayers": "write the layer as often, or {type: repeat, times: …, layers: […]} around it",
    "bidirectional": "write {type: bidirectional, layer: {…}} around the layer",
    "dmodel": "a layer that gives its input's width back takes it from the layer before",
    "batchfirst": "examples always come first: N×T×features",
    "restorebestweights": "write train: {keep: best}",
    "classweight": "write class_weights: balanced on the output layer",
    "classweights": "write class_weights: balanced on the output layer",
    "callbacks": "early_stopping and checkpoint stand under `train`",
}
"""Keys of other tools whose meaning is not one key here."""


def ours(foreign: str, among: "set[str] | frozenset[str]") -> str | None:
    """Our word for another tool's, if the place at hand has it.

    >>> ours("units", {"n_out", "type"}), ours("units", {"rate"})
    ('n_out', None)
    """
    return next((word for word, theirs in _OURS.items() if word in among and foreign in theirs.split()), None)


def our_tag(foreign: str, among: Iterable[str]) -> str | None:
    """Our tag for another tool's class or function, if the family at hand has it.

    >>> our_tag("CrossEntropyLoss", ["mse", "negative_log_likelihood"]), our_tag("glorot", ["relu"])
    ('negative_log_likelihood', None)
    """
    bare = foreign.lower().replace("_", "")
    known = set(among)
    return next((tag for tag, words in _TAGS.items() if tag in known and bare in words.split()), None)


def why_not(foreign: str) -> str | None:
    """Why netspec does not have a word of DL4J.

    >>> why_not("AdaBelief"), why_not("adam")
    ("DL4J's fails at its first step, so there is no rule to follow; the nearest is adam", None)
    """
    return _NOT_HERE.get(foreign.lower().replace("_", ""))


def elsewhere(foreign: str) -> str | None:
    """How netspec says what is a single key in other tools.

    >>> elsewhere("restore_best_weights"), elsewhere("units")
    ('write train: {keep: best}', None)
    """
    return _ELSEWHERE.get(foreign.lower().replace("_", ""))
