"""Fits of a current trace by scipy's least_squares with the exact model of lib/pitt.

Called with name, voltage and output file; the trace lies beside the output,
written by pitt_ours.ts. One start from moments, so
that scipy does no more work than it must.
"""
import json
import os
import sys
import time

# One thread, as ours; small products only lose by more.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from scipy.optimize import least_squares
from scipy.special import erfcx, gamma
from memory import peak_megabytes

K = np.arange(1, 29)
SERIES = (-1.0) ** K / gamma(K / 2 + 1)

def quotient(x):
    small = np.abs(x) < 0.3
    near = np.polynomial.polynomial.polyval(np.where(small, x, 0.0), SERIES)
    safe = np.where(small, 1.0, x)
    return np.where(small, near, (erfcx(safe) - 1) / safe)

def roots(biot, n=12):
    m = np.arange(1, n + 1)
    b = biot - 1
    x = ((m - 0.75) if biot < 1 else (m - 0.25)) * np.pi
    if biot < 1:
        x[0] = np.sqrt(3 * biot) * (1 - 0.1 * biot)
    for _ in range(30):
        step = (x + np.arctan2(x, b) - m * np.pi) / (1 + b / (x * x + b * b))
        x = x - step
        if np.max(np.abs(step)) < 1e-14 * x[-1]:
            break
    return x

def relative_current(biot, tau):
    out = np.empty_like(tau)
    short = tau < 0.15
    t = tau[short]
    s = np.sqrt(t)
    b = biot - 1
    out[short] = biot + biot**2 * s * quotient(b * s) + 4 * biot**2 * np.exp(-1 / t) * (
        np.sqrt(t / np.pi) - (1 + b * t) * erfcx(1 / s + b * s))
    beta = roots(biot)
    weight = 2 * biot**2 / (beta**2 + biot**2 - biot)
    out[~short] = weight @ np.exp(-np.outer(beta**2, tau[~short]))
    return out

def fit(time_s, current):
    charge = current.sum()
    reaction = current[0] / (3 * charge)
    mean = (time_s * current).sum() / charge
    rate = 1 / (15 * max(mean - 1 / (3 * reaction), mean / 10))
    def residuals(p):
        kb, k, q = np.exp(p[:3])
        model = 3 * k * q * relative_current(kb / k, k * time_s) + p[3] * 1e-12
        return np.append((model - current) / 1e-12, p[3])
    best = least_squares(residuals, [np.log(reaction), np.log(rate), np.log(charge), 0.0], method="lm")
    return np.exp(best.x[1]), np.exp(best.x[0] - best.x[1])



out = sys.argv[-1]
with open(os.path.join(os.path.dirname(out), "trace.json")) as file:
    task = json.load(file)
time_s, current = np.array(task["time_s"]), np.array(task["current_A"])
seconds = []
for _ in range(task["repeats"]):
    start = time.perf_counter()
    rates = fit(time_s, current)
    seconds.append(time.perf_counter() - start)
np.array(rates).tofile(out)
peak = peak_megabytes()
print(json.dumps({"seconds": seconds, "mb": peak}))
