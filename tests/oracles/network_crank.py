# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Surface concentration of a sphere and a cylinder under constant flux, over j R / D,
at D t / R^2 = 0.05, by the series of Crank (1975), eqs 5.29 and 6.45.
The numbers are copied into tests/network/diffusion_test.ts."""
import numpy as np
from scipy.optimize import brentq
from scipy.special import jn_zeros

T, N = 0.05, 2000
roots = np.array([brentq(lambda q: np.sin(q) - q * np.cos(q), n * np.pi + 1e-9, (n + 0.5) * np.pi)
                  for n in range(1, N)])
sphere = 3 * T + 0.2 - 2 * np.sum(np.exp(-roots**2 * T) / roots**2)
zeros = jn_zeros(1, N)
cylinder = 2 * T + 0.25 - 2 * np.sum(np.exp(-zeros**2 * T) / zeros**2)
print(f"sphere {sphere:.14f} cylinder {cylinder:.14f}")
