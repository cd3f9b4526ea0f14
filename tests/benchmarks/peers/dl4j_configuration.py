"""A job as Deeplearning4j 1.0.0-M2.1 writes a MultiLayerNetwork: configuration.json, by hand."""

from typing import Any

from peers.job import Job

LAYERS = "org.deeplearning4j.nn.conf.layers"
PREPROCESSORS = "org.deeplearning4j.nn.conf.preprocessor"
ACTIVATIONS = "org.nd4j.linalg.activations.impl"


def configuration(job: Job) -> dict[str, Any]:
    """The whole network; its input is rows of 784."""
    layers, preprocessors, channels, side = [], {}, 1, 28
    for filters in job.filters:
        layers += [_convolution(job, channels, filters), _pooling()]
        channels, side = filters, (side + 2 * job.padding - job.kernel + 1) // 2
    if job.filters:
        preprocessors["0"] = {"@class": f"{PREPROCESSORS}.FeedForwardToCnnPreProcessor", "inputHeight": 28, "inputWidth": 28, "numChannels": 1}
        sizes = {"inputHeight": side, "inputWidth": side, "numChannels": channels}
        preprocessors[str(len(layers))] = {"@class": f"{PREPROCESSORS}.CnnToFeedForwardPreProcessor", "format": "NCHW", **sizes}
    layers += [_dense(job), _output(job)]
    return {
        "backpropType": "Standard",
        "cacheMode": "NONE",
        "confs": [_around(layer, number) for number, layer in enumerate(layers)],
        "dataType": "FLOAT",
        "epochCount": 0,
        "inferenceWorkspaceMode": "ENABLED",
        "inputPreProcessors": preprocessors,
        "iterationCount": 0,
        "tbpttBackLength": 20,
        "tbpttFwdLength": 20,
        "trainingWorkspaceMode": "ENABLED",
        "validateOutputLayerConfig": True,
    }


def _around(layer: dict[str, Any], number: int) -> dict[str, Any]:
    weighted = "nin" in layer
    return {
        "cacheMode": "NONE",
        "dataType": "FLOAT",
        "epochCount": 0,
        "iterationCount": 0,
        "layer": {"layerName": f"layer{number}", **layer},
        "maxNumLineSearchIterations": 5,
        "miniBatch": True,
        "minimize": True,
        "optimizationAlgo": "STOCHASTIC_GRADIENT_DESCENT",
        "seed": 123,
        "stepFunction": None,
        "variables": ["W", "b"] if weighted else [],
    }


def _weighted(job: Job, n_in: int, n_out: int, activation: dict[str, Any]) -> dict[str, Any]:
    l2 = {"@class": "org.nd4j.linalg.learning.regularization.L2Regularization", "l2": _fixed(job.l2)}
    return {
        "activationFn": activation,
        "biasInit": 0.0,
        "biasUpdater": None,
        "constraints": None,
        "gainInit": 1.0,
        "gradientNormalization": "None",
        "gradientNormalizationThreshold": 1.0,
        "hasBias": True,
        "idropout": None,
        "iupdater": _updater(job),
        "nin": n_in,
        "nout": n_out,
        "regularization": [l2] if job.l2 else [],
        "regularizationBias": [],
        "timeDistributedFormat": None,
        "weightInitFn": {"@class": "org.deeplearning4j.nn.weights.WeightInitXavier"},
        "weightNoise": None,
    }


def _fixed(value: float) -> dict[str, Any]:
    return {"@class": "org.nd4j.linalg.schedule.FixedSchedule", "value": value}


def _updater(job: Job) -> dict[str, Any]:
    if job.updater == "adam":
        return {"@class": "org.nd4j.linalg.learning.config.Adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "learningRate": job.rate}
    return {"@class": "org.nd4j.linalg.learning.config.Nesterovs", "learningRate": job.rate, "momentum": job.momentum}


def _relu() -> dict[str, Any]:
    return {"@class": f"{ACTIVATIONS}.ActivationReLU", "max": None, "negativeSlope": None, "threshold": None}


def _windows() -> dict[str, Any]:
    return {"cnn2dDataFormat": "NCHW", "convolutionMode": "Truncate", "cudnnAllowFallback": True, "dilation": [1, 1]}


def _convolution(job: Job, channels: int, filters: int) -> dict[str, Any]:
    sizes = {"kernelSize": [job.kernel] * 2, "padding": [job.padding] * 2, "stride": [1, 1]}
    cudnn = {"cudnnAlgoMode": "PREFER_FASTEST", "cudnnBwdDataAlgo": None, "cudnnBwdFilterAlgo": None, "cudnnFwdAlgo": None}
    return {"@class": f"{LAYERS}.ConvolutionLayer", **_weighted(job, channels, filters, _relu()), **_windows(), **cudnn, **sizes}


def _pooling() -> dict[str, Any]:
    plain = {"constraints": None, "gradientNormalization": "None", "gradientNormalizationThreshold": 0.0, "idropout": None}
    pooling = {"poolingType": "MAX", "pnorm": 0, "eps": 1e-8, "avgPoolIncludePadInDivisor": False}
    sizes = {"kernelSize": [2, 2], "padding": [0, 0], "stride": [2, 2]}
    return {"@class": f"{LAYERS}.SubsamplingLayer", **plain, **_windows(), **pooling, **sizes}


def _dense(job: Job) -> dict[str, Any]:
    return {"@class": f"{LAYERS}.DenseLayer", "hasLayerNorm": False, **_weighted(job, job.flat, job.hidden, _relu())}


def _output(job: Job) -> dict[str, Any]:
    loss = {"@class": "org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood", "softmaxClipEps": 1e-10}
    softmax = {"@class": f"{ACTIVATIONS}.ActivationSoftmax"}
    return {"@class": f"{LAYERS}.OutputLayer", "lossFn": loss, **_weighted(job, job.hidden, 10, softmax)}
