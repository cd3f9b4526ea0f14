"""How do I see more of a classifier than its accuracy: areas under curves, and whether its probabilities can be trusted?"""

from netspec import build

model = build(
    """
    seed: 1
    updater: adam
    activation: relu
    layers:
      - {type: dense, n_out: 32}
      - {type: output, n_out: 10, loss: negative_log_likelihood}
    data: digits
    train: {batch_size: 32, epochs: 5}
    evaluation: [{type: classification, top_n: 2}, roc, calibration]   # without this line: classification, as fits the loss
    """
)
model.fit()
result = model.evaluate()
print({name: round(result.figure(name), 3) for name in ("accuracy", "top_2_accuracy", "f1", "auc", "auprc", "calibration_error")})

curve = result.evaluations["roc"].curves[8]  # eights against all other digits
threshold = curve.threshold_for_recall(0.9)
print(f"to find 90 % of the eights, take scores from {threshold:.2f} on; {1 - curve.precision[curve.thresholds == threshold][0]:.0%} of those are no eights")

binned = model.evaluate(evaluation={"type": "calibration", "bins": 4})  # other metrics for one look
print(binned.table())
