# /// script
# requires-python = ">=3.11"
# dependencies = ["pybamm==26.10.1.1", "numpy==2.4.6"]
# ///
"""Laws of NMC811 in PyBaMM, and one sphere charged at constant current by PyBaMM's Fickian particle.

The particle is PyBaMM's own (FickianDiffusion by finite volumes, the single-particle limit) with
the parameters of data/parameters/network-three.json, without damage: one sphere of 4.5 um, fully
covered, x from 0.9 to 0.4 in 360 s. Voltage = U(x_surface) + 2 RT/F asinh(i / 2 i0) + R i.
Writes tests/golden/network/pybamm.json.
"""
import json, pathlib
import numpy as np
import pybamm

HERE = pathlib.Path(__file__).resolve().parents[1]
x = np.linspace(0.1, 0.95, 18)
chen, oregan = pybamm.ParameterValues("Chen2020"), pybamm.ParameterValues("ORegan2022")
val = lambda e: float(pybamm.ParameterValues({}).process_symbol(e).evaluate())
c_chen, c_oregan = 63104.0, 51765.0
laws = {
    "x": list(x),
    "chen_ocp_V": [val(chen["Positive electrode OCP [V]"](pybamm.Scalar(v))) for v in x],
    "oregan_diffusivity_m2_s": [val(oregan["Positive particle diffusivity [m2.s-1]"](pybamm.Scalar(v), pybamm.Scalar(298.15))) for v in x],
    "chen_exchange_A_m2": [val(chen["Positive electrode exchange-current density [A.m-2]"](
        pybamm.Scalar(1000.0), pybamm.Scalar(v * c_chen), pybamm.Scalar(c_chen), pybamm.Scalar(298.15))) for v in x],
}
i_fun = oregan["Positive electrode exchange-current density [A.m-2]"]
pv = pybamm.ParameterValues({"Initial concentration in electrolyte [mol.m-3]": 1000.0})
laws["oregan_exchange_A_m2"] = [float(pv.process_symbol(i_fun(
    pybamm.Scalar(1000.0), pybamm.Scalar(v * c_oregan), pybamm.Scalar(c_oregan), pybamm.Scalar(298.15))).evaluate()) for v in x]

# One particle as a PyBaMM model of its own.
F, RT, R, D, tau = 96485.33212, 8.314462618 * 298.15, 4.5e-6, 3e-14, 720.0
i = F * c_oregan * R / 3 / tau
model = pybamm.BaseModel()
s = pybamm.Variable("x", domain="particle")
N = -D * pybamm.grad(s)
model.rhs = {s: -pybamm.div(N)}
flux = i / (F * c_oregan)
model.boundary_conditions = {s: {"left": (pybamm.Scalar(0), "Neumann"), "right": (pybamm.Scalar(-flux / D), "Neumann")}}
model.initial_conditions = {s: pybamm.Scalar(0.9)}
model.variables = {"surface": pybamm.surf(s)}
r = pybamm.SpatialVariable("r", domain=["particle"], coord_sys="spherical polar")
geometry = {"particle": {r: {"min": pybamm.Scalar(0), "max": pybamm.Scalar(R)}}}
mesh = pybamm.Mesh(geometry, {"particle": pybamm.Uniform1DSubMesh}, {r: 400})
disc = pybamm.Discretisation(mesh, {"particle": pybamm.FiniteVolume()})
disc.process_model(model)
t = np.linspace(0, 360, 11)
solution = pybamm.CasadiSolver(rtol=1e-9, atol=1e-11).solve(model, t)
surface = solution["surface"](t=t).ravel()
ocp = chen["Positive electrode OCP [V]"]
end = lambda v: 0.5 * (np.exp(-v / 0.008) - np.exp((v - 1) / 0.008))
voltage = []
for v in surface[1:]:
    i0 = 5.028 * v**0.43 * (1 - v) ** 0.57
    voltage.append(val(ocp(pybamm.Scalar(float(v)))) + end(v) + 2 * RT / F * np.arcsinh(i / (2 * i0)) + 5e-4 * i)
out = {"origin": f"PyBaMM {pybamm.__version__}, tests/oracles/network_pybamm.py", "laws": laws,
       "charge": {"time_s": list(t[1:]), "surface": [float(v) for v in surface[1:]], "voltage_V": [float(v) for v in voltage]}}
path = HERE / "golden" / "network" / "pybamm.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(out, indent=1) + "\n")
print(out["charge"])
