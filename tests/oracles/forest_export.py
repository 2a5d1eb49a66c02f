# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "joblib==1.6.0"]
# ///
"""Writes a tree or forest of scikit-learn as the JSON that `deno task forest explain` reads.

    python forest_export.py model.joblib forest.json
"""

import json
import sys


def tree_arrays(tree):
    """Arrays of a fitted sklearn.tree._tree.Tree with one output."""
    return {
        "children_left": tree.children_left.tolist(),
        "children_right": tree.children_right.tolist(),
        "feature": tree.feature.tolist(),
        "threshold": tree.threshold.tolist(),
        "value": tree.value[:, 0, 0].tolist(),
        "cover": tree.weighted_n_node_samples.tolist(),
    }


def forest_json(model):
    """A regression tree, random forest or extra trees; not a boosted one."""
    estimators = getattr(model, "estimators_", [model])
    names = getattr(model, "feature_names_in_", None)
    count = int(model.n_features_in_)
    return {
        "n_features": count,
        "feature_names": [f"x{f}" for f in range(count)] if names is None else list(names),
        "trees": [tree_arrays(estimator.tree_) for estimator in estimators],
    }


if __name__ == "__main__":
    import joblib

    source, target = sys.argv[1:]
    with open(target, "w") as file:
        json.dump(forest_json(joblib.load(source)), file)
