"""Search over depth and learning rate with scikit-learn's own tools.

python examples/vqc_grid_search.py [EPOCHS]
"""

import sys

import numpy as np
from qent_vqc.classifier import VQCClassifier
from qent_vqc.datasets import blobs
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 60
X, y = blobs(120, np.random.default_rng(2), spread=1.0)

# Features are angles: one period of the feature map is as far as they may go.
pipeline = make_pipeline(
    MinMaxScaler((0.0, np.pi / 2)),
    VQCClassifier(
        feature_map="z_feature_map",
        cost="cross-entropy",
        max_iter=epochs,
        readout="first-qubit",
        random_state=0,
    ),
)
search = GridSearchCV(
    pipeline,
    {"vqcclassifier__ansatz_reps": [1, 2, 3], "vqcclassifier__learning_rate": [0.001, 0.1]},
    cv=3,
)
search.fit(X, y)
for setting, score in zip(
    search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
):
    depth, rate = setting.values()
    print(f"depth {depth}, learning rate {rate}: {score:.2f}")
print(f"best: {search.best_params_}")
