# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "shap==0.51.0", "numpy==2.4.6"]
# ///
"""Makes tests/golden/forests/2*.json with scikit-learn and shap.

    python tests/oracles/forest_reference.py

Interventional values are left out: shap stores them in single precision.
"""

import json
import pathlib

import numpy as np
import shap
import sklearn
from forest_export import forest_json, tree_arrays
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "forests"
ORIGIN = f"scikit-learn {sklearn.__version__}, shap {shap.__version__}; tests/oracles/forest_reference.py"


def write(name, content):
    with open(GOLDEN / f"{name}.json", "w") as file:
        json.dump({"name": name, "origin": ORIGIN, **content}, file)
        file.write("\n")


def samples(rows, features, seed):
    """Attributes exact in single precision, target without ties."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((rows, features)).astype(np.float32).astype(float)
    y = np.tanh(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.5 * X[:, 3:].sum(axis=1)
    return X, y + 0.3 * random.standard_normal(rows)


def explained(name, note, model, X, rows):
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    some = X[:rows]
    write(name, {
        "note": note,
        **forest_json(model),
        "X": some.tolist(),
        "prediction": model.predict(some).tolist(),
        "base_path": float(np.ravel(explainer.expected_value)[0]),
        "shap_path": explainer.shap_values(some).tolist(),
        "interactions_path": explainer.shap_interaction_values(some[:2]).tolist(),
    })


def grown(name, settings, weights=None):
    """Leaves are kept large enough that no two splits are equally good."""
    X, y = samples(160, 5, 7)
    X[:, 4] = np.round(X[:, 4])  # many equal values
    model = DecisionTreeRegressor(random_state=0, **settings).fit(X, y, sample_weight=weights)
    write(name, {
        "settings": settings,
        "X": X.tolist(),
        "y": y.tolist(),
        "sample_weight": None if weights is None else weights.tolist(),
        "tree": tree_arrays(model.tree_),
    })


X, y = samples(260, 18, 1)
explained("21_deep_paths", "paths of more than 12 distinct attributes",
          RandomForestRegressor(n_estimators=2, max_features=2, random_state=1).fit(X, y), X, 6)
X, y = samples(200, 4, 2)
explained("22_deep_repeats", "fully grown on few attributes: each many times on a path; fractional weights",
          RandomForestRegressor(n_estimators=2, max_features=1, random_state=2)
          .fit(X, y, sample_weight=np.random.default_rng(3).uniform(0.1, 3, 200)), X, 6)
grown("31_cart_mse_depth_first", {"criterion": "squared_error", "max_depth": 5, "min_samples_leaf": 4})
grown("32_cart_mse_min_leaf", {"criterion": "squared_error", "max_leaf_nodes": 20, "min_samples_leaf": 6})
grown("33_cart_mae_depth_first", {"criterion": "absolute_error", "min_samples_leaf": 9})
grown("34_cart_mae_fractional", {"criterion": "absolute_error", "max_leaf_nodes": 15, "min_samples_leaf": 4},
      np.random.default_rng(5).uniform(0.2, 2, 160))
