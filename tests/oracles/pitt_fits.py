# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Least-squares fits of noisy current traces by scipy, for tests/pitt/fit_test.ts.

The current is the plain series of eigenfunctions (400 terms), independent of the
short-time form of the library. All parameters are free together; the prior of
offset and lag are further residuals. Writes tests/golden/pitt/scipy_fits.json.
"""
import json
from pathlib import Path

import numpy as np
from scipy.optimize import brentq, least_squares


def roots(biot, count):
    if abs(biot - 1) < 1e-12:
        return (np.arange(count) + 0.5) * np.pi
    found = []
    for n in range(1, count + 1):
        low, high = ((n - 1) * np.pi, (n - 0.5) * np.pi) if biot < 1 else ((n - 0.5) * np.pi, n * np.pi)
        if n == 1 and biot < 1:
            low = 0.5 * np.sqrt(3 * biot)
        g = lambda x: x * np.cos(x) + (biot - 1) * np.sin(x)
        found.append(brentq(g, low, high, xtol=1e-14, rtol=1e-14))
    return np.array(found)


def current(biot, rate, charge, time):
    beta = roots(biot, 400)
    weight = 2 * biot**2 / (beta**2 + biot**2 - biot)
    return 3 * rate * charge * (weight[:, None] * np.exp(-np.outer(beta**2, rate * time))).sum(0)


def fit(time, measured, start, offset_sd, lag_sd, noise):
    """Priors: offset_sd 0 = no offset, None = one sample's noise, "free"; lag_sd 0 = no lag."""

    def residuals(p):
        rate, biot, charge = np.exp(p[:3])
        rest = list(p[3:])
        offset = rest.pop(0) * 1e-12 if offset_sd != 0 else 0.0
        lag = rest.pop(0) if lag_sd else 0.0
        out = [(current(biot, rate, charge, time + lag) + offset - measured) / 1e-12]
        if offset_sd is None:
            out.append([offset / 1e-12])
        if lag_sd:
            out.append([lag * noise / lag_sd / 1e-12])
        return np.concatenate(out)

    start = list(np.log(start)) + ([0.0] if offset_sd != 0 else []) + ([0.0] if lag_sd else [])
    best = least_squares(residuals, start, method="lm", xtol=1e-12, ftol=1e-12, gtol=1e-12)
    rest = list(best.x[3:])
    return {
        "rate_s": float(np.exp(best.x[0])),
        "biot": float(np.exp(best.x[1])),
        "charge_C": float(np.exp(best.x[2])),
        "offset_A": float(rest.pop(0) * 1e-12) if offset_sd != 0 else 0.0,
        "lag_s": float(rest.pop(0)) if lag_sd else 0.0,
    }


def second_difference_noise(values):
    bends = np.sort(np.abs(values[:-2] - 2 * values[1:-1] + values[2:]))
    return bends[len(bends) // 2] / (0.6744897501960817 * np.sqrt(6))


CASES = [
    # name, rate, biot, charge, noise, offset, lag, sign, times, offset prior, lag prior
    ("mixed control", 2e-3, 1.5, 2e-8, 3e-13, 0.0, 0.0, -1, "even", None, 0),
    ("offset of 1 pA, free", 2e-3, 1.0, 2e-8, 3e-13, 1e-12, 0.0, -1, "even", "free", 0),
    ("no offset assumed", 1e-3, 0.5, 1e-8, 3e-13, 0.0, 0.0, -1, "even", 0, 0),
    ("lag of 0.4 s", 3e-3, 2.5, 2e-8, 1e-13, 0.0, 0.4, -1, "even", 0, 0.5),
    ("delithiation, uneven times", 4e-3, 0.8, 3e-8, 2e-13, 0.0, 0.0, 1, "uneven", None, 0),
    ("diffusion control", 2e-3, 20.0, 2e-8, 3e-13, 0.0, 0.0, -1, "even", None, 0),
]

generator = np.random.default_rng(20230724)
out = []
for name, rate, biot, charge, noise, offset, lag, sign, times, offset_sd, lag_sd in CASES:
    time = np.arange(1, 1201, 3.0) if times == "even" else np.round(np.geomspace(0.5, 1500, 300), 3)
    oriented = current(biot, rate, charge, time + lag) + offset + noise * generator.standard_normal(time.size)
    measured = np.round(sign * oriented, 17)
    oriented = sign * measured
    found = fit(time, oriented, (rate, biot, charge), offset_sd, lag_sd, second_difference_noise(oriented))
    found["offset_A"] *= sign
    out.append({
        "name": name, "sign": sign, "offsetPrior": offset_sd, "lagPrior_s": lag_sd,
        "truth": {"rate_s": rate, "biot": biot, "charge_C": charge},
        "fit": found, "time_s": time.tolist(), "current_A": measured.tolist(),
    })
path = Path(__file__).parents[1] / "golden" / "pitt" / "scipy_fits.json"
origin = "tests/oracles/pitt_fits.py, numpy " + np.__version__
path.write_text(json.dumps({"origin": origin, "cases": out}) + "\n")
for case in out:
    print(case["name"], case["fit"])
