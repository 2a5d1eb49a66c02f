# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.3.5", "scikit-learn==1.9.1", "shap==0.51.0"]
# ///
"""The peers' side of the forest benchmarks: name, words of the case, output file."""
import json
import pathlib
import sys
import time

import numpy as np
from memory import peak_megabytes

ATTRIBUTES = 21
GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "forests" / "08_paper_settings_10cyc.json"


def share(place):
    """A number from 0 to 1 for a place: the finish of MurmurHash3."""
    h = place.astype(np.uint32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return (h ^ (h >> np.uint32(16))) / 2.0**32


def samples(rows):
    """Attributes from a hash of their place; the same bytes as ours."""
    place = 4 * np.arange(ATTRIBUTES * rows).reshape(ATTRIBUTES, rows)
    X = (share(place) + share(place + 1) + share(place + 2) - 1.5).astype(np.float32).astype(float)
    noise = share(4 * (ATTRIBUTES * rows + np.arange(rows))) - 0.5
    y = (
        0.09 + 0.02 * np.clip(3 * X[0], -1, 1) - 0.01 * np.clip(3 * X[3], -1, 1)
        + 0.01 * X[5] * X[7] + 0.02 * noise
    )
    return np.ascontiguousarray(X.T), y


def fit(X, y, criterion, threads):
    from sklearn.ensemble import RandomForestRegressor

    def run():
        model = RandomForestRegressor(
            n_estimators=40, criterion=criterion, max_leaf_nodes=30, max_features="sqrt",
            min_impurity_decrease=1.02e-5 if criterion == "absolute_error" else 0.0,
            bootstrap=True, oob_score=True, random_state=1, n_jobs=threads,
        )
        return np.array([model.fit(X, y).oob_score_])

    return run


def explain(X, pairs):
    import shap

    trees = [
        {
            "children_left": np.array(tree["children_left"]),
            "children_right": np.array(tree["children_right"]),
            "children_default": np.array(tree["children_right"]),
            "features": np.array(tree["feature"]),
            "thresholds": np.array(tree["threshold"]),
            "values": np.array(tree["value"])[:, None] / 40,
            "node_sample_weight": np.array(tree["cover"]),
        }
        for tree in json.loads(GOLDEN.read_text())["trees"]
    ]
    explainer = shap.TreeExplainer({"trees": trees}, feature_perturbation="tree_path_dependent")
    return lambda: (explainer.shap_interaction_values if pairs else explainer.shap_values)(X)


name, *words, output = sys.argv[1:]
rows = int(words[0])
X, y = samples(rows)
run = fit(X, y, words[1], int(words[2])) if name == "forest" else explain(X, name == "interactions")
seconds = []
for _ in range(3 if rows > 50000 or name == "interactions" else 7):
    start = time.perf_counter()
    result = run()
    seconds.append(time.perf_counter() - start)
mb = peak_megabytes()
np.ascontiguousarray(result, np.float64).tofile(output)
print(json.dumps({"seconds": seconds, "mb": mb}))
